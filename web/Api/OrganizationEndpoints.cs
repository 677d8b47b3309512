using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class OrganizationEndpoints
{
    public sealed record OrganizationItem(
        Guid Id, string Name, string Status, int DeviceCount, int? MaxDevices, string Notes, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt);

    public sealed record EditRequest(string? Name, JsonElement MaxDevices, string? Notes);

    public sealed record CloseRequest(string? Confirm);

    public static void MapOrganizations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/organizations").WithTags("Tenancy");
        var read = new RequirePermissionAttribute(Permissions.OrganizationsRead);
        var write = new RequirePermissionAttribute(Permissions.OrganizationsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<OrganizationItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<OrganizationItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<OrganizationItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<OrganizationItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapPost("/{id:guid}/suspend", SuspendAsync).WithMetadata(write).Produces<OrganizationItem>();
        group.MapPost("/{id:guid}/resume", ResumeAsync).WithMetadata(write).Produces<OrganizationItem>();
        group.MapGet("/{id:guid}/offboarding", PlanAsync).WithMetadata(write).Produces<OffboardingPlan>();
        group.MapPost("/{id:guid}/close", CloseAsync).WithMetadata(write).Produces<OffboardingPlan>();
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, string? status, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await Items(database, database.Organizations.Where(o => o.Id > after && (status == null ? o.Status != TenantStatus.Closed : o.Status == status)).OrderBy(o => o.Id))
            .Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<OrganizationItem>.Cut(rows, count, o => Cursor.Encode("", o.Id)));
    }

    static Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) => ShowAsync(database, id, cancellationToken);

    static async Task<IResult> CreateAsync(EditRequest request, BreezeDbContext database, Organizations organizations, AccessScope scope, CancellationToken cancellationToken)
    {
        if (!LimitValue.TryRead(request.MaxDevices, out var limit))
        {
            return LimitValue.Invalid();
        }
        var created = await organizations.CreateAsync(scope, new(request.Name, limit, request.Notes), cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/organizations/{created.Value.Id}", await Items(database, database.Organizations.Where(o => o.Id == created.Value.Id)).SingleAsync(cancellationToken))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(
        Guid id, EditRequest request, BreezeDbContext database, Organizations organizations, AccessScope scope, CancellationToken cancellationToken)
    {
        if (!LimitValue.TryRead(request.MaxDevices, out var limit))
        {
            return LimitValue.Invalid();
        }
        var updated = await organizations.UpdateAsync(scope, id, new(request.Name, limit, request.Notes), cancellationToken);
        return updated.Succeeded ? await ShowAsync(database, id, cancellationToken) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> SuspendAsync(Guid id, BreezeDbContext database, Organizations organizations, AccessScope scope, CancellationToken cancellationToken) =>
        (await organizations.SuspendAsync(scope, id, cancellationToken))?.AsProblem() ?? await ShowAsync(database, id, cancellationToken);

    static async Task<IResult> ResumeAsync(Guid id, BreezeDbContext database, Organizations organizations, AccessScope scope, CancellationToken cancellationToken) =>
        (await organizations.ResumeAsync(scope, id, cancellationToken))?.AsProblem() ?? await ShowAsync(database, id, cancellationToken);

    static async Task<IResult> PlanAsync(Guid id, Offboarding offboarding, AccessScope scope, CancellationToken cancellationToken) =>
        await offboarding.PlanAsync(scope, id, cancellationToken) is { } plan ? Results.Ok(plan) : ApiProblem.NotFound("organization");

    static async Task<IResult> CloseAsync(Guid id, CloseRequest request, Offboarding offboarding, AccessScope scope, CancellationToken cancellationToken)
    {
        var closed = await offboarding.CloseAsync(scope, id, request.Confirm, cancellationToken);
        return closed.Succeeded ? Results.Ok(closed.Value) : closed.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, Offboarding offboarding, AccessScope scope, CancellationToken cancellationToken) =>
        (await offboarding.DeleteAsync(scope, id, cancellationToken))?.AsProblem() ?? Results.NoContent();

    static async Task<IResult> ShowAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await Items(database, database.Organizations.Where(o => o.Id == id)).SingleOrDefaultAsync(cancellationToken) is { } organization
            ? Results.Ok(organization) : ApiProblem.NotFound("organization");

    static IQueryable<OrganizationItem> Items(BreezeDbContext database, IQueryable<Organization> organizations) => organizations.Select(o =>
        new OrganizationItem(o.Id, o.Name, o.Status, database.Devices.Count(d => d.OrganizationId == o.Id), o.MaxDevices, o.Notes, o.CreatedAt, o.ClosedAt));
}
