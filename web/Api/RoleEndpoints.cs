using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Web.Api;

static class RoleEndpoints
{
    public sealed record RoleItem(Guid Id, string Name, string Scope, string[] Permissions, string Description, bool RequireMfa, bool IsBuiltin)
    {
        public static RoleItem Of(Role r) => new(r.Id, r.Name, r.Scope, r.Permissions, r.Description, r.RequireMfa, r.IsBuiltin);
    }

    public sealed record PermissionItem(string Name, string Group, string Title, bool Held);

    public static void MapRoles(this IEndpointRouteBuilder routes)
    {
        var read = new RequirePermissionAttribute(Permissions.RolesRead);
        var write = new RequirePermissionAttribute(Permissions.RolesWrite);
        var group = routes.MapGroup("/api/v1/roles").WithTags("People");
        group.MapGet("", ListAsync).WithMetadata(read).Produces<Page<RoleItem>>();
        group.MapGet("/{id:guid}", GetAsync).WithMetadata(read).Produces<RoleItem>();
        group.MapPost("", CreateAsync).WithMetadata(write).Produces<RoleItem>(201);
        group.MapPatch("/{id:guid}", UpdateAsync).WithMetadata(write).Produces<RoleItem>();
        group.MapDelete("/{id:guid}", DeleteAsync).WithMetadata(write).Produces(204);
        routes.MapGet("/api/v1/permissions", ListPermissions).WithTags("People").WithMetadata(new SignedInAttribute()).Produces<Page<PermissionItem>>();
    }

    static async Task<IResult> ListAsync(BreezeDbContext database, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (!Cursor.TryDecode(cursor, out _, out var after))
        {
            return Cursor.Invalid();
        }
        var count = Cursor.Limit(limit);
        var rows = await database.Roles.AsNoTracking().Where(r => r.Id > after).OrderBy(r => r.Id).Take(count + 1).ToListAsync(cancellationToken);
        return Results.Ok(Page<RoleItem>.Cut([.. rows.Select(RoleItem.Of)], count, r => Cursor.Encode("", r.Id)));
    }

    static async Task<IResult> GetAsync(Guid id, BreezeDbContext database, CancellationToken cancellationToken) =>
        await database.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is { } role ? Results.Ok(RoleItem.Of(role)) : ApiProblem.NotFound("role");

    static async Task<IResult> CreateAsync(RoleDraft request, AccessScope scope, Roles roles, CancellationToken cancellationToken)
    {
        var created = await roles.CreateAsync(scope, request, cancellationToken);
        return created.Succeeded ? Results.Created($"/api/v1/roles/{created.Value.Id}", RoleItem.Of(created.Value)) : created.Refusal.AsProblem();
    }

    static async Task<IResult> UpdateAsync(Guid id, RoleDraft request, AccessScope scope, Roles roles, CancellationToken cancellationToken)
    {
        var changed = await roles.UpdateAsync(scope, id, request, cancellationToken);
        return changed.Succeeded ? Results.Ok(RoleItem.Of(changed.Value)) : changed.Refusal.AsProblem();
    }

    static async Task<IResult> DeleteAsync(Guid id, AccessScope scope, Roles roles, CancellationToken cancellationToken) =>
        (await roles.DeleteAsync(scope, id, cancellationToken)).OrNoContent();

    /// <summary>What concerns the install as a whole is shown where it is of use: to the platform's own partner.</summary>
    static IResult ListPermissions(AccessScope scope) => Results.Ok(new Page<PermissionItem>(
        [.. PermissionCatalog.All.Where(p => scope.IsPlatform || !p.IsPlatformOnly).Select(p => new PermissionItem(p.Name, p.Group, p.Title, scope.Can(p.Name)))], null));
}
