using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Identity;

/// <summary>A partner's own roles. The built-in ones stay as they are.</summary>
public sealed class Roles(Database database, IAuditLog audit)
{
    const int MaximumPermissions = 200;

    public async Task<Outcome<Role>> CreateAsync(AccessScope scope, RoleDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Scope is not ("partner" or "organization"))
        {
            return Refusal.Invalid("scope_invalid", "A role is for members of the partner or of an organization: send scope partner or organization.");
        }
        if (Check(scope, draft, []) is { } refusal)
        {
            return refusal;
        }
        var role = new Role
        {
            Id = Guid.CreateVersion7(), PartnerId = scope.PartnerId, Name = Clean(draft.Name), Scope = draft.Scope, Permissions = Clean(draft.Permissions),
            Description = AgentText.Clean(draft.Description ?? "", 500), RequireMfa = draft.RequireMfa ?? false,
        };
        await using var context = database.CreateContext(scope);
        context.Add(role);
        if (await SaveAsync(context, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "role.created", role.Id, new { after = Describe(role) }, cancellationToken);
        return role;
    }

    /// <summary>Changes what the draft names and leaves the rest.</summary>
    public async Task<Outcome<Role>> UpdateAsync(AccessScope scope, Guid id, RoleDraft draft, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Roles.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } role)
        {
            return Refusal.NotFound("role");
        }
        if (Refuse(scope, role) is { } fixedRole)
        {
            return fixedRole;
        }
        var wanted = new RoleDraft(draft.Name ?? role.Name, role.Scope, draft.Permissions ?? role.Permissions, draft.Description ?? role.Description, draft.RequireMfa ?? role.RequireMfa);
        if (Check(scope, wanted, role.Permissions) is { } refusal)
        {
            return refusal;
        }
        if (draft.Scope is not null && draft.Scope != role.Scope)
        {
            return Refusal.Invalid("scope_fixed", "Whether a role is for the partner or for organizations cannot change. Make a copy instead.");
        }
        // Whoever could not give the role must not shape it either; it may be somebody's who stands above them.
        if (!Authority.Covers(scope, role.Permissions))
        {
            return Refusal.Forbidden("beyond_own_rights", "This role holds rights that you do not have, so you cannot change it.");
        }
        if (await IsOwnAsync(scope, id, cancellationToken))
        {
            return Refusal.Forbidden("own_role", "Nobody changes the role that they act in. Ask another administrator.");
        }
        var before = Describe(role);
        role.Name = Clean(wanted.Name);
        role.Permissions = Clean(wanted.Permissions);
        role.Description = AgentText.Clean(wanted.Description!, 500);
        role.RequireMfa = wanted.RequireMfa!.Value;
        if (await SaveAsync(context, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "role.changed", id, new { before, after = Describe(role) }, cancellationToken);
        return role;
    }

    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Roles.SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } role)
        {
            return Refusal.NotFound("role");
        }
        if (Refuse(scope, role) is { } fixedRole)
        {
            return fixedRole;
        }
        if (!Authority.Covers(scope, role.Permissions))
        {
            return Refusal.Forbidden("beyond_own_rights", "This role holds rights that you do not have, so you cannot remove it.");
        }
        await using var system = database.CreateSystemContext();
        await using var transaction = await system.Database.BeginTransactionAsync(cancellationToken);
        var people = await system.PartnerUsers.CountAsync(m => m.RoleId == id, cancellationToken) + await system.OrganizationUsers.CountAsync(m => m.RoleId == id, cancellationToken);
        var invitations = await system.Invitations.CountAsync(i => i.RoleId == id && i.AcceptedAt == null && i.RevokedAt == null, cancellationToken);
        // The name of the role in a mapping is an id in a JSON document, which no foreign key guards.
        var providers = await system.SsoProviders.AsNoTracking().Where(p => p.PartnerId == scope.PartnerId).ToListAsync(cancellationToken);
        var signOn = providers.Count(p => p.DefaultRoleId == id || p.RoleMapping.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase));
        if (people + invitations + signOn > 0)
        {
            string[] uses = [.. new[] { Say(people, "person has it", "people have it"), Say(invitations, "open invitation gives it", "open invitations give it"), Say(signOn, "sign-on gives it", "sign-ons give it") }.OfType<string>()];
            return Refusal.Conflict("role_in_use", $"This role is in use: {string.Join(", ", uses)}. Give them another one first.");
        }
        await system.Invitations.Where(i => i.RoleId == id).ExecuteDeleteAsync(cancellationToken);
        try
        {
            await system.Roles.Where(r => r.Id == id).ExecuteDeleteAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Refusal.Conflict("role_in_use", "This role has just been given to somebody. Give them another one first.");
        }
        await transaction.CommitAsync(cancellationToken);
        await RecordAsync(scope, "role.deleted", id, new { before = Describe(role) }, cancellationToken);
        return null;
    }

    static string? Say(int count, string one, string many) => count == 0 ? null : $"{count} {(count == 1 ? one : many)}";

    static Refusal? Refuse(AccessScope scope, Role role) =>
        role.IsBuiltin ? Refusal.Forbidden("role_builtin", "Built-in roles stay as they are. Make a copy and change that.")
        : scope.OrganizationIds is not null ? Refusal.Forbidden("beyond_own_reach", "Roles are the whole partner's: changing one takes reaching all of its organizations.")
        : null;

    static Refusal? Check(AccessScope scope, RoleDraft draft, string[] held)
    {
        if (scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("beyond_own_reach", "Roles are the whole partner's: making one takes reaching all of its organizations.");
        }
        if (Clean(draft.Name) is not { Length: > 0 and <= 100 } || draft.Name!.Trim().Length > 100)
        {
            return Refusal.Invalid("name_invalid", "Give the role a name of at most 100 characters.");
        }
        if (draft.Description?.Length > 500)
        {
            return Refusal.Invalid("description_too_long", "The description can have 500 characters at most.");
        }
        if (draft.Permissions is null || draft.Permissions.Length > MaximumPermissions)
        {
            return Refusal.Invalid("permissions_missing", "Send permissions: a list of names. GET /api/v1/permissions lists them.");
        }
        if (draft.Permissions.FirstOrDefault(p => !PermissionNames.IsKnown(p)) is { } unknown)
        {
            return Refusal.Invalid("permission_unknown", $"There is no permission {AgentText.Clean(unknown, 60)}. GET /api/v1/permissions lists them.");
        }
        if (draft.Permissions.Except(held).FirstOrDefault(p => !scope.Can(p)) is { } beyond)
        {
            return Refusal.Forbidden("beyond_own_rights", $"You do not hold {beyond} yourself, so you cannot give it.");
        }
        return null;
    }

    async Task<bool> IsOwnAsync(AccessScope scope, Guid roleId, CancellationToken cancellationToken)
    {
        await using var system = database.CreateSystemContext();
        return await system.PartnerUsers.AnyAsync(m => m.Id == scope.MembershipId && m.RoleId == roleId, cancellationToken)
            || await system.OrganizationUsers.AnyAsync(m => m.Id == scope.MembershipId && m.RoleId == roleId, cancellationToken);
    }

    static async Task<Refusal?> SaveAsync(BreezeDbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Conflict("name_taken", "There is a role of this name already. Choose another name.");
        }
    }

    static string Clean(string? name) => AgentText.Clean(name ?? "", 100);

    static string[] Clean(string[]? permissions) => [.. (permissions ?? []).Distinct().Order(StringComparer.Ordinal)];

    static object Describe(Role role) => new { name = role.Name, scope = role.Scope, permissions = role.Permissions, description = role.Description, require_mfa = role.RequireMfa };

    Task RecordAsync(AccessScope scope, string action, Guid id, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "role", id.ToString()) { Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
}
