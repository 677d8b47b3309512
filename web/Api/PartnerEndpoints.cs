using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Hosting;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>The partners of the install, for its platform; and a partner's own settings.</summary>
static class PartnerEndpoints
{
    public sealed record CreateRequest(string? Name, string? Slug, JsonElement MaxDevices);

    public sealed record UpdateRequest(string? Name, JsonElement MaxDevices);

    public sealed record CloseRequest(string? Confirm);

    public sealed record InviteRequest(string? Email);

    public sealed record SettingsItem(
        Guid Id, string Name, string Slug, string Status, bool IsPlatform, int? MaxDevices, int DeviceCount, int MetricRetentionDays, bool RequireMfa, int MassCommandLimit,
        int FiveMinuteRetentionDays, int HourlyRetentionDays, int DailyRetentionDays, int TerminalLingerMinutes, bool RecordTerminals, int RecordingDays);

    public static void MapPartners(this IEndpointRouteBuilder routes)
    {
        var manage = new RequirePermissionAttribute(Permissions.PartnersManage);
        var group = routes.MapGroup("/api/v1/partners").WithTags("Partners");
        group.MapGet("", ListAsync).WithMetadata(manage).Produces<Page<PartnerItem>>();
        group.MapPost("", CreateAsync).WithMetadata(manage).Produces<PartnerItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(manage).Produces<PartnerItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(manage).Produces<PartnerItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(manage, new RequireStepUpAttribute()).Produces(204);
        group.MapPost("/{id:guid}/suspend", SuspendAsync).WithMetadata(manage).Produces<PartnerItem>();
        group.MapPost("/{id:guid}/resume", ResumeAsync).WithMetadata(manage).Produces<PartnerItem>();
        group.MapPost("/{id:guid}/close", CloseAsync).WithMetadata(manage).Produces<PartnerItem>();
        group.MapPost("/{id:guid}/invite", InviteAsync).WithMetadata(manage, new RequireStepUpAttribute()).Produces<InvitationEndpoints.CreatedItem>(201);
        var own = routes.MapGroup("/api/v1/partner").WithTags("Partners");
        own.MapGet("", SettingsAsync).WithMetadata(new RequirePermissionAttribute(Permissions.PartnerWrite)).Produces<SettingsItem>();
        own.MapPatch("", UpdateSettingsAsync).WithMetadata(new RequirePermissionAttribute(Permissions.PartnerWrite)).Produces<SettingsItem>();
    }

    static async Task<IResult> ListAsync(Partners partners, AccessScope scope, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        return Results.Ok(Page<PartnerItem>.Cut([.. await partners.ListAsync(scope, status, after, count + 1, cancellationToken)], count, p => Cursor.Encode("", p.Id)));
    }

    static Task<IResult> GetAsync(Guid id, Partners partners, AccessScope scope, CancellationToken cancellationToken) => ShowAsync(id, partners, scope, cancellationToken);

    /// <summary>The first administrator of a partner that has nobody yet.</summary>
    static async Task<IResult> InviteAsync(
        Guid id, InviteRequest request, HttpContext http, AccessScope scope, FirstAdministrators first, AccountMails mails, PublicLinks links, CancellationToken cancellationToken)
    {
        var created = await first.InviteAsync(scope, id, request.Email, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/partners/{id}", InvitationEndpoints.Answer(created.Value, http, scope, mails, links))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> CreateAsync(CreateRequest request, Partners partners, AccessScope scope, CancellationToken cancellationToken)
    {
        if (!LimitValue.TryRead(request.MaxDevices, out var limit))
        {
            return LimitValue.Invalid();
        }
        var created = await partners.CreateAsync(scope, new(request.Name, limit), request.Slug, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/partners/{created.Value.Id}", await partners.FindAsync(scope, created.Value.Id, cancellationToken))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, Partners partners, AccessScope scope, CancellationToken cancellationToken)
    {
        if (!LimitValue.TryRead(request.MaxDevices, out var limit))
        {
            return LimitValue.Invalid();
        }
        var updated = await partners.UpdateAsync(scope, id, new(request.Name, limit), cancellationToken);
        return updated.Succeeded ? await ShowAsync(id, partners, scope, cancellationToken) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> SuspendAsync(Guid id, Partners partners, AccessScope scope, CancellationToken cancellationToken) =>
        (await partners.SuspendAsync(scope, id, cancellationToken))?.AsProblem() ?? await ShowAsync(id, partners, scope, cancellationToken);

    static async Task<IResult> ResumeAsync(Guid id, Partners partners, AccessScope scope, CancellationToken cancellationToken) =>
        (await partners.ResumeAsync(scope, id, cancellationToken))?.AsProblem() ?? await ShowAsync(id, partners, scope, cancellationToken);

    static async Task<IResult> CloseAsync(Guid id, CloseRequest request, Partners partners, AccessScope scope, CancellationToken cancellationToken) =>
        (await partners.CloseAsync(scope, id, request.Confirm, cancellationToken))?.AsProblem() ?? await ShowAsync(id, partners, scope, cancellationToken);

    static async Task<IResult> DeleteAsync(Guid id, Partners partners, AccessScope scope, CancellationToken cancellationToken) =>
        (await partners.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    static async Task<IResult> ShowAsync(Guid id, Partners partners, AccessScope scope, CancellationToken cancellationToken) =>
        await partners.FindAsync(scope, id, cancellationToken) is { } partner ? Results.Ok(partner) : ApiProblem.NotFound("partner");

    static async Task<IResult> SettingsAsync(BreezeDbContext database, CancellationToken cancellationToken) =>
        await database.Partners.Select(p => new SettingsItem(p.Id, p.Name, p.Slug, p.Status, p.IsPlatform, p.MaxDevices, database.Devices.Count(d => d.PartnerId == p.Id),
            p.MetricRetentionDays, p.RequireMfa, p.MassCommandLimit, p.FiveMinuteRetentionDays, p.HourlyRetentionDays, p.DailyRetentionDays, p.TerminalLingerMinutes, p.RecordTerminals, p.RecordingDays)).SingleOrDefaultAsync(cancellationToken) is { } settings ? Results.Ok(settings) : ApiProblem.NotFound("partner");

    static async Task<IResult> UpdateSettingsAsync(PartnerSettingsEdit request, BreezeDbContext database, PartnerSettings settings, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await settings.UpdateAsync(scope, request, cancellationToken);
        return updated.Succeeded ? await SettingsAsync(database, cancellationToken) : updated.Refusal.AsProblem();
    }
}
