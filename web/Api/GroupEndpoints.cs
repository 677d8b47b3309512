using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class GroupEndpoints
{
    /// <param name="DeviceCount">Those within the caller's reach.</param>
    public sealed record GroupItem(Guid Id, string Name, string Kind, Guid? OrganizationId, int DeviceCount, DateTimeOffset CreatedAt);

    public sealed record CreateRequest(string? Name, string? Kind, Guid? OrganizationId);

    public sealed record UpdateRequest(string? Name);

    public sealed record MembersRequest(Guid[]? DeviceIds);

    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/groups").WithTags("Device groups");
        var read = new RequirePermissionAttribute(Permissions.GroupsRead);
        var write = new RequirePermissionAttribute(Permissions.GroupsWrite);
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<GroupItem>>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<GroupItem>(201);
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<GroupItem>();
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<GroupItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        group.MapPut("/{id:guid}/devices", AddAsync).WithMetadata(write).Produces<GroupChange>();
        group.MapDelete("/{id:guid}/devices", RemoveAsync).WithMetadata(write).Produces<GroupChange>();
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, [FromQuery(Name = "organization_id")] Guid? organizationId, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await Items(database, database.DeviceGroups.Where(g => g.Id > after && (organizationId == null || g.OrganizationId == organizationId)).OrderBy(g => g.Id))
            .Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<GroupItem>.Cut(rows, count, g => Cursor.Encode("", g.Id)));
    }

    static Task<IResult> GetAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) => ShowAsync(database, id, cancellationToken);

    static async Task<IResult> CreateAsync(CreateRequest request, BreezeDbContext database, DeviceGroups groups, AccessScope scope, CancellationToken cancellationToken)
    {
        var created = await groups.CreateAsync(scope, request.Name, request.Kind, request.OrganizationId, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/groups/{created.Value.Id}", await Items(database, database.DeviceGroups.Where(g => g.Id == created.Value.Id)).SingleAsync(cancellationToken))
            : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, UpdateRequest request, BreezeDbContext database, DeviceGroups groups, AccessScope scope, CancellationToken cancellationToken)
    {
        var updated = await groups.RenameAsync(scope, id, request.Name, cancellationToken);
        return updated.Succeeded ? await ShowAsync(database, id, cancellationToken) : updated.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, DeviceGroups groups, AccessScope scope, CancellationToken cancellationToken) =>
        (await groups.DeleteAsync(scope, id, cancellationToken))?.AsProblem() ?? Results.NoContent();

    static async Task<IResult> AddAsync(Guid id, MembersRequest request, DeviceGroups groups, AccessScope scope, CancellationToken cancellationToken) =>
        Answer(await groups.AddAsync(scope, id, request.DeviceIds ?? [], cancellationToken));

    static async Task<IResult> RemoveAsync(Guid id, [FromBody] MembersRequest? request, DeviceGroups groups, AccessScope scope, CancellationToken cancellationToken) =>
        Answer(await groups.RemoveAsync(scope, id, request?.DeviceIds ?? [], cancellationToken));

    static IResult Answer(Outcome<GroupChange> change) => change.Succeeded ? Results.Ok(change.Value) : change.Refusal.AsProblem();

    static async Task<IResult> ShowAsync(BreezeDbContext database, Guid id, CancellationToken cancellationToken) =>
        await Items(database, database.DeviceGroups.Where(g => g.Id == id)).SingleOrDefaultAsync(cancellationToken) is { } group ? Results.Ok(group) : ApiProblem.NotFound("device_group");

    static IQueryable<GroupItem> Items(BreezeDbContext database, IQueryable<DeviceGroup> groups) => groups.Select(g =>
        new GroupItem(g.Id, g.Name, g.Kind, g.OrganizationId, database.DeviceGroupMembers.Count(m => m.GroupId == g.Id), g.CreatedAt));
}
