using System.Text.Json;
using Breeze.Core.Devices.Bulk;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>One action on many devices, its progress, and what came of each.</summary>
static class BulkActionEndpoints
{
    public sealed record FilterRequest(string? Expression, string? Name, string? Status, string? Os, Guid? GroupId, Guid? OrganizationId, Guid? SiteId);

    public sealed record CreateRequest(string? Kind, JsonElement? Parameters, Guid[]? DeviceIds, FilterRequest? Filter);

    public sealed record CreatedResponse(Guid Id, int Total);

    public sealed record KindItem(string Kind, string Label, string Permission, bool IsDangerous, bool Allowed);

    public sealed record KindsResponse(IEnumerable<KindItem> Data);

    public sealed record ActionItem(
        Guid Id, string Kind, string Title, string Target, string State, int Total, int Done, int Failed, int Skipped, string? Error, Guid UserId,
        DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

    public sealed record ResultItem(Guid DeviceId, string State, string? Message, Guid? CommandId, string? CommandStatus, DateTimeOffset? FinishedAt);

    public static void MapBulkActions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/bulk-actions").WithTags("Bulk actions");
        var read = new RequirePermissionAttribute(Permissions.DevicesRead);
        // What the kind itself takes is asked for by the kind.
        group.MapPost("", CreateAsync).WithMetadata(read).Produces<CreatedResponse>(202);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<ActionItem>>();
        group.MapGet("/kinds", Kinds).WithMetadata(read).Produces<KindsResponse>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<ActionItem>();
        group.MapGet("/{id:guid}/items", ItemsAsync).WithMetadata(read).Produces<Page<ResultItem>>();
        group.MapPost("/{id:guid}/cancel", CancelAsync).WithMetadata(read).Produces(204);
        group.MapPost("/{id:guid}/retry", RetryAsync).WithMetadata(read).Produces<CreatedResponse>(202);
    }

    static IResult Kinds(BulkKinds kinds, AccessScope scope) =>
        Results.Ok(new KindsResponse(kinds.All.Select(k => new KindItem(k.Name, k.Label, k.Permission, k.IsDangerous, k.IsAllowed(scope)))));

    static async Task<IResult> CreateAsync(CreateRequest request, BulkActions actions, AccessScope scope, CancellationToken cancellationToken)
    {
        var f = request.Filter;
        var filter = f is null ? null : new BulkFilter
        {
            Expression = f.Expression, Text = f.Name, Status = f.Status, System = f.Os, GroupId = f.GroupId, OrganizationId = f.OrganizationId, SiteId = f.SiteId,
        };
        if (new[] { request.Kind, f?.Name, f?.Status, f?.Os }.Any(t => t is not null && (t.Length > 4000 || t.Contains('\0', StringComparison.Ordinal))))
        {
            return ApiProblem.Invalid("filter_invalid", "A part of the filter is too long or holds a NUL character.");
        }
        return Answer(await actions.CreateAsync(scope, new(request.Kind ?? "", request.Parameters ?? default, request.DeviceIds, filter), cancellationToken), scope);
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var query = database.BulkActions.AsNoTracking();
        query = cursor is null ? query : query.Where(a => a.Id < before);
        var rows = await Items(query.OrderByDescending(a => a.Id).Take(count + 1)).ToListAsync(cancellationToken);
        return Results.Ok(Page<ActionItem>.Cut(rows, count, a => Cursor.Encode("", a.Id)));
    }

    static async Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await Items(database.BulkActions.AsNoTracking().Where(a => a.Id == id)).SingleOrDefaultAsync(cancellationToken) is { } action
            ? Results.Ok(action) : ApiProblem.NotFound("bulk_action");

    static async Task<IResult> ItemsAsync(BreezeDbContext database, Guid id, string? state, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        if (!await database.BulkActions.AnyAsync(a => a.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("bulk_action");
        }
        if (BulkItems.Of(database, id, state) is not { } items)
        {
            return ApiProblem.Invalid("state_invalid", "state is queued, done, failed or skipped.");
        }
        var count = Cursor.Limit(limit);
        items = cursor is null ? items : items.Where(i => i.DeviceId > after);
        var rows = await items.AsNoTracking().OrderBy(i => i.DeviceId).Take(count + 1).Select(i => new ResultItem(
            i.DeviceId, i.State, i.Message, i.CommandId, database.Commands.Where(c => c.Id == i.CommandId).Select(c => c.Status).FirstOrDefault(), i.FinishedAt)).ToListAsync(cancellationToken);
        return Results.Ok(Page<ResultItem>.Cut(rows, count, i => Cursor.Encode("", i.DeviceId)));
    }

    static async Task<IResult> CancelAsync(BulkActions actions, AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        (await actions.CancelAsync(scope, id, cancellationToken)).OrNoContent();

    static async Task<IResult> RetryAsync(BulkActions actions, AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        Answer(await actions.RetryAsync(scope, id, cancellationToken), scope);

    static IResult Answer(Outcome<BulkAction> made, AccessScope scope)
    {
        if (made.Succeeded)
        {
            return Results.Accepted($"/api/v1/bulk-actions/{made.Value.Id}", new CreatedResponse(made.Value.Id, made.Value.Total));
        }
        if (made.Refusal.Code != BulkActions.StepUpRequired)
        {
            return made.Refusal.AsProblem();
        }
        var (status, code, title, detail) = StepUp.Problem(scope);
        return ApiProblem.Result(status, code, title, $"{made.Refusal.Detail} {detail}");
    }

    static IQueryable<ActionItem> Items(IQueryable<BulkAction> actions) => actions.Select(a => new ActionItem(
        a.Id, a.Kind, a.Title, a.Target, a.State, a.Total, a.Done, a.Failed, a.Skipped, a.Error, a.UserId, a.CreatedAt, a.StartedAt, a.FinishedAt));
}
