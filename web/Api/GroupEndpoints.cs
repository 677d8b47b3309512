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
    /// <param name="EvaluatedAt">When the members of a dynamic group were last found.</param>
    /// <param name="Problem">Why they could not be.</param>
    public sealed record GroupItem(
        Guid Id, string Name, string Kind, string? Expression, Guid? OrganizationId, int DeviceCount, DateTimeOffset? EvaluatedAt, string? Problem, DateTimeOffset CreatedAt);

    public sealed record CreateRequest(string? Name, string? Kind, string? Expression, Guid? OrganizationId);

    public sealed record UpdateRequest(string? Name, string? Expression);

    /// <param name="Change"><c>joined</c> or <c>left</c>.</param>
    public sealed record ChangeItem(Guid Id, Guid DeviceId, string Device, string Change, DateTimeOffset At);

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
        group.MapGet("/{id:guid}/changes", ChangesAsync).WithMetadata(read).Produces<Page<ChangeItem>>();
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

    static async Task<IResult> CreateAsync(CreateRequest request, BreezeDbContext database, DeviceGroups groups, DynamicGroups dynamic, AccessScope scope, CancellationToken cancellationToken)
    {
        if (request.Kind is "dynamic" && (await dynamic.ParseAsync(request.Expression, cancellationToken)).Error is { } error)
        {
            return new ExpressionProblem(error);
        }
        var created = await groups.CreateAsync(scope, request.Name, request.Kind, request.Expression, request.OrganizationId, cancellationToken);
        return created.Succeeded
            ? Results.Created($"/api/v1/groups/{created.Value.Id}", await Items(database, database.DeviceGroups.Where(g => g.Id == created.Value.Id)).SingleAsync(cancellationToken))
            : created.Refusal.AsProblem();
    }

    /// <summary>Who joined and left a dynamic group in the last 30 days, the newest first.</summary>
    static async Task<IResult> ChangesAsync(BreezeDbContext database, Guid id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var before))
        {
            return Cursor.Invalid();
        }
        if (!await database.DeviceGroups.AnyAsync(g => g.Id == id, cancellationToken))
        {
            return ApiProblem.NotFound("device_group");
        }
        var count = Cursor.Limit(limit);
        var rows = await (from c in database.DeviceGroupChanges
                          join d in database.Devices on c.DeviceId equals d.Id
                          where c.GroupId == id && (cursor == null || c.Id < before)
                          orderby c.Id descending
                          select new ChangeItem(c.Id, c.DeviceId, d.DisplayName ?? d.Hostname, c.Change, c.At)).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<ChangeItem>.Cut(rows, count, c => Cursor.Encode("", c.Id)));
    }

    static async Task<IResult> UpdateAsync(
        Guid id, UpdateRequest request, BreezeDbContext database, DeviceGroups groups, DynamicGroups dynamic, AccessScope scope, CancellationToken cancellationToken)
    {
        if (request.Expression is not null && await database.DeviceGroups.AnyAsync(g => g.Id == id && g.Kind == "dynamic", cancellationToken)
            && (await dynamic.ParseAsync(request.Expression, cancellationToken)).Error is { } error)
        {
            return new ExpressionProblem(error);
        }
        if (request.Name is null && request.Expression is null)
        {
            return await database.DeviceGroups.AnyAsync(g => g.Id == id, cancellationToken)
                ? ApiProblem.Invalid("nothing_to_change", "Send a name or an expression.") : ApiProblem.NotFound("device_group");
        }
        var updated = await groups.UpdateAsync(scope, id, request.Name, request.Expression, cancellationToken);
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
        new GroupItem(g.Id, g.Name, g.Kind, g.Expression, g.OrganizationId, database.DeviceGroupMembers.Count(m => m.GroupId == g.Id), g.EvaluatedAt, g.Problem, g.CreatedAt));
}
