using System.Globalization;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Who did what: read, export, and check that it is whole.</summary>
static class AuditEndpoints
{
    public sealed record AuditItem(
        Guid Id, long Sequence, DateTimeOffset At, string ActorKind, Guid? ActorId, string ActorName, string Action, string TargetKind, string TargetId,
        Guid? OrganizationId, string Address, JsonElement Detail);

    public sealed record VerifyResponse(bool Holds, long Entries, long? BrokenAt, string Head);

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/audit").WithTags("Audit").WithMetadata(new RequirePermissionAttribute(Permissions.AuditRead));
        group.MapGet("", ListAsync).Produces<Page<AuditItem>>();
        group.MapGet("/export.csv", ExportAsync).Produces(200, contentType: "text/csv");
        group.MapGet("/verify", VerifyAsync).Produces<VerifyResponse>();
    }

    static async Task<IResult> ListAsync(
        BreezeDbContext database, int? limit, string? cursor, string? q, string? action, [FromQuery(Name = "actor_id")] Guid? actorId,
        [FromQuery(Name = "target_id")] string? targetId, [FromQuery(Name = "organization_id")] Guid? organizationId, DateTimeOffset? from, DateTimeOffset? to,
        CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var key, out var id) || (cursor is not null && (!long.TryParse(key, CultureInfo.InvariantCulture, out var parsed) || parsed is < 0 or > 3_155_378_975_999_999_999)))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var filter = Filter(q, action, actorId, targetId, organizationId, from, to);
        var after = cursor is null ? default((DateTimeOffset, Guid)?) : (new DateTimeOffset(long.Parse(key, CultureInfo.InvariantCulture), TimeSpan.Zero), id);
        var rows = await filter.Page(database.AuditLog.AsNoTracking(), after).Take(count + 1).ToListAsync(cancellationToken);
        var items = rows.ConvertAll(e => new AuditItem(
            e.Id, e.Sequence, e.At, e.ActorKind, e.ActorId, e.ActorName, e.Action, e.TargetKind, e.TargetId, e.OrganizationId, e.Address, JsonElement.Parse(e.Detail)));
        return Results.Ok(Page<AuditItem>.Cut(items, count, e => Cursor.Encode(e.At.UtcTicks.ToString(CultureInfo.InvariantCulture), e.Id)));
    }

    static async Task<IResult> ExportAsync(
        BreezeDbContext database, AccessScope scope, IAuditLog audit, string? q, string? action, [FromQuery(Name = "actor_id")] Guid? actorId,
        [FromQuery(Name = "target_id")] string? targetId, [FromQuery(Name = "organization_id")] Guid? organizationId, DateTimeOffset? from, DateTimeOffset? to,
        CancellationToken cancellationToken)
    {
        await audit.WriteAsync(scope, new AuditRecord("audit.exported") { OrganizationId = organizationId }, cancellationToken);
        return new AuditCsv(database, Filter(q, action, actorId, targetId, organizationId, from, to));
    }

    static async Task<IResult> VerifyAsync(Database database, AccessScope scope, CancellationToken cancellationToken)
    {
        if (scope.OrganizationIds is not null)
        {
            return ApiProblem.Result(403, "whole_partner_needed", "You may not do this.", "The chain is the partner's, and you see a part of it. Ask somebody who reaches all its organizations.");
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        var state = await AuditChain.VerifyAsync(connection, scope.PartnerId, cancellationToken);
        return Results.Ok(new VerifyResponse(state.Holds, state.Entries, state.BrokenAt, state.Head));
    }

    static AuditFilter Filter(
        string? q, string? action, Guid? actorId, string? targetId, Guid? organizationId, DateTimeOffset? from, DateTimeOffset? to) => new()
        {
            Text = q, Action = action, ActorId = actorId, TargetId = targetId, OrganizationId = organizationId, From = from?.ToUniversalTime(), To = to?.ToUniversalTime(),
        };
}
