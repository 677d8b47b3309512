using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;
using Breeze.Web.Frame;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

/// <summary>Policies, and what they say of devices.</summary>
static class PolicyEndpoints
{
    /// <summary>How many devices within reach are in which state.</summary>
    public sealed record CountsItem(int Total, int Compliant, int Drifted, int Failed, int Unknown);

    /// <param name="Target">The expression that finds its devices; empty for all of its level.</param>
    /// <param name="OrganizationId">Whose it is; null for all of the partner's.</param>
    /// <param name="CheckedAt">When its devices were last judged.</param>
    /// <param name="LastError">Why not all of it could be judged.</param>
    public sealed record PolicyItem(
        Guid Id, string Name, string Description, bool Enabled, string Target, IReadOnlyList<PolicyCheck> Checks, int Version, Guid? OrganizationId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
        DateTimeOffset? CheckedAt, string? LastError, CountsItem Counts);

    public sealed record CreateRequest(string? Name, string? Description, bool? Enabled, string? Target, PolicyCheck[]? Checks, Guid? OrganizationId);

    /// <param name="Version">The version that was read: when there is another by now nothing is saved.</param>
    public sealed record SaveRequest(string? Name, string? Description, bool? Enabled, string? Target, PolicyCheck[]? Checks, int? Version);

    public sealed record PreviewRequest(string? Target, PolicyCheck[]? Checks, Guid? OrganizationId);

    /// <param name="Drifted">The checks that do not hold, the first 20 by name.</param>
    /// <param name="Failed">The checks that could not be done.</param>
    /// <param name="More">How many more do not hold.</param>
    /// <param name="Since">Since when it is so.</param>
    public sealed record DeviceItem(Guid DeviceId, string Name, Guid OrganizationId, Guid SiteId, string Status, IReadOnlyList<string> Drifted, IReadOnlyList<string> Failed, int More, DateTimeOffset Since);

    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/policies").WithTags("Policies");
        var read = new RequirePermissionAttribute(Permissions.PoliciesRead);
        var write = new RequirePermissionAttribute(Permissions.PoliciesWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<PolicyItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<PolicyItem>(201);
        group.MapPost("/preview", PreviewAsync).WithMetadata(write).Produces<CountsItem>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<PolicyItem>();
        group.MapPut("/{id:guid}", SaveAsync).WithMetadata(write).Produces<PolicyItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapGet("/{id:guid}/devices", DevicesAsync).WithMetadata(read).Produces<Page<DeviceItem>>();
    }

    static async Task<IResult> ListAsync(
        PoliciesDbContext context, PolicyResults results, [FromQuery(Name = "organization_id")] Guid? organizationId, string? name, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var pattern = string.IsNullOrEmpty(name) || name.Contains('\0', StringComparison.Ordinal) ? null : Like.Exactly(name);
        var count = Cursor.Limit(limit);
        var rows = await context.Policies.AsNoTracking()
            .Where(p => p.Id > after && (organizationId == null || p.OrganizationId == organizationId) && (pattern == null || EF.Functions.ILike(p.Name, pattern)))
            .OrderBy(p => p.Id).Take(count + 1).ToListAsync(cancellationToken);
        var counts = await results.CountAsync(rows, null, null, cancellationToken);
        return Results.Ok(Page<PolicyItem>.Cut([.. rows.Select(p => Item(p, counts))], count, p => Cursor.Encode("", p.Id)));
    }

    static async Task<IResult> GetAsync(PoliciesDbContext context, PolicyResults results, Guid id, CancellationToken cancellationToken) =>
        await context.Policies.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is { } policy
            ? Results.Ok(Item(policy, await results.CountAsync([policy], null, null, cancellationToken))) : ApiProblem.NotFound("policy");

    static async Task<IResult> CreateAsync(PolicyLibrary library, PolicyResults results, AccessScope scope, CreateRequest r, CancellationToken cancellationToken)
    {
        var made = await library.CreateAsync(scope, r.OrganizationId, new() { Name = r.Name, Description = r.Description, Enabled = r.Enabled, Target = r.Target, Checks = r.Checks }, cancellationToken);
        return made.Succeeded
            ? Results.Created($"/api/v1/policies/{made.Value.Id}", Item(made.Value, await results.CountAsync([made.Value], null, null, cancellationToken))) : made.Refusal.AsProblem();
    }

    static async Task<IResult> SaveAsync(PolicyLibrary library, PolicyResults results, AccessScope scope, Guid id, SaveRequest r, CancellationToken cancellationToken)
    {
        var saved = await library.SaveAsync(
            scope, id, new() { Name = r.Name, Description = r.Description, Enabled = r.Enabled, Target = r.Target, Checks = r.Checks, Version = r.Version }, cancellationToken);
        return saved.Succeeded ? Results.Ok(Item(saved.Value, await results.CountAsync([saved.Value], null, null, cancellationToken))) : saved.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(PolicyLibrary library, AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        await library.DeleteAsync(scope, id, cancellationToken) is { } refusal ? refusal.AsProblem() : Results.NoContent();

    static async Task<IResult> PreviewAsync(PolicyPreview preview, AccessScope scope, PreviewRequest r, CancellationToken cancellationToken)
    {
        var counted = await preview.CountAsync(scope, r.OrganizationId, r.Target, r.Checks, cancellationToken);
        return counted.Succeeded ? Results.Ok(Counts(counted.Value)) : counted.Refusal.AsProblem();
    }

    static async Task<IResult> DevicesAsync(PoliciesDbContext context, PolicyResults results, Guid id, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out var key, out var after) || key.Contains('\0', StringComparison.Ordinal))
        {
            return Cursor.Invalid();
        }
        if (status is not null && !PolicyStatus.All.Contains(status))
        {
            return ApiProblem.Invalid("status_invalid", $"The status is one of {string.Join(", ", PolicyStatus.All)}.");
        }
        if (!await context.Policies.AnyAsync(p => p.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("policy");
        }
        var count = Cursor.Limit(limit);
        var rows = await results.DevicesAsync(id, status, string.IsNullOrEmpty(cursor) ? null : (key, after), count + 1, null, null, cancellationToken);
        var page = Page<PolicyDevice>.Cut(rows, count, d => Cursor.Encode(d.Key, d.Id));
        return Results.Ok(new Page<DeviceItem>(
            [.. page.Data.Select(d => new DeviceItem(d.Id, d.Name, d.OrganizationId, d.SiteId, d.Status, d.Detail.Drifted, d.Detail.Failed, d.Detail.More, d.Since))], page.NextCursor));
    }

    static PolicyItem Item(Policy p, IReadOnlyDictionary<Guid, PolicyCounts> counts) => new(
        p.Id, p.Name, p.Description, p.Enabled, p.Target, PolicyCheck.Read(p.Definition), p.Version, p.OrganizationId, p.CreatedAt, p.UpdatedAt, p.CheckedAt, p.LastError,
        Counts(counts.GetValueOrDefault(p.Id) ?? PolicyCounts.None));

    static CountsItem Counts(PolicyCounts c) => new(c.Total, c.Compliant, c.Drifted, c.Failed, c.Unknown);
}
