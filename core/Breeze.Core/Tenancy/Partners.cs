using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>
/// The platform's view of the partners on this install. It manages their rows and does not thereby reach their devices.
/// </summary>
public sealed class Partners(Database database, Offboarding offboarding, IAuditLog audit, TimeProvider time)
{
    public async Task<IReadOnlyList<PartnerItem>> ListAsync(AccessScope scope, string? status, Guid after, int count, CancellationToken cancellationToken)
    {
        if (!scope.Can(Permissions.PartnersManage))
        {
            return [];
        }
        await using var context = database.CreateSystemContext();
        return await Items(context, context.Partners.Where(p => p.Id > after && (status == null ? p.Status != TenantStatus.Closed : p.Status == status)))
            .Take(count).ToListAsync(cancellationToken);
    }

    public async Task<PartnerItem?> FindAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        await using var context = database.CreateSystemContext();
        return scope.Can(Permissions.PartnersManage) ? await Items(context, context.Partners.Where(p => p.Id == id)).SingleOrDefaultAsync(cancellationToken) : null;
    }

    public async Task<Outcome<Partner>> CreateAsync(AccessScope scope, PartnerEdit edit, string? slug, CancellationToken cancellationToken)
    {
        if (Check(scope, edit) is { } refusal)
        {
            return refusal;
        }
        if (TenantNames.Clean(edit.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        slug = string.IsNullOrWhiteSpace(slug) ? TenantNames.Slug(name, "partner") : slug.Trim();
        if (!TenantNames.IsSlug(slug))
        {
            return Refusal.Invalid("slug_invalid", "The short name is made of small letters, digits and hyphens, at most 63 of them.");
        }
        var now = time.GetUtcNow();
        var partner = new Partner { Id = Guid.CreateVersion7(now), Name = name, Slug = slug, MaxDevices = edit.MaxDevices.Value, CreatedAt = now, UpdatedAt = now };
        await using var context = database.CreateSystemContext();
        context.Add(partner);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Refusal.Conflict("slug_taken", $"The short name “{slug}” is taken. Choose another one.");
        }
        await RecordAsync(scope, "partner.created", partner.Id, new { after = new { name, slug, max_devices = partner.MaxDevices } }, cancellationToken);
        return partner;
    }

    public async Task<Outcome<Partner>> UpdateAsync(AccessScope scope, Guid id, PartnerEdit edit, CancellationToken cancellationToken)
    {
        if (Check(scope, edit) is { } refusal)
        {
            return refusal;
        }
        await using var context = database.CreateSystemContext();
        if (await context.Partners.SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } partner)
        {
            return Refusal.NotFound("partner");
        }
        if (edit.Name is not null && TenantNames.Clean(edit.Name) is null)
        {
            return TenantNames.Invalid();
        }
        if (partner.Status == TenantStatus.Closed)
        {
            return Refusal.Conflict("partner_closed", "The partner is closed and can only be read.");
        }
        var before = new { name = partner.Name, max_devices = partner.MaxDevices };
        partner.Name = TenantNames.Clean(edit.Name) ?? partner.Name;
        partner.MaxDevices = edit.MaxDevices.IsGiven ? edit.MaxDevices.Value : partner.MaxDevices;
        partner.UpdatedAt = time.GetUtcNow();
        await context.SaveChangesAsync(cancellationToken);
        await RecordAsync(scope, "partner.updated", id, new { before, after = new { name = partner.Name, max_devices = partner.MaxDevices } }, cancellationToken);
        return partner;
    }

    /// <summary>Its people lose access and nothing runs on its devices, until it is resumed. Monitoring goes on.</summary>
    public Task<Refusal?> SuspendAsync(AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        SwitchAsync(scope, id, TenantStatus.Active, TenantStatus.Suspended, "partner.suspended", cancellationToken);

    public Task<Refusal?> ResumeAsync(AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        SwitchAsync(scope, id, TenantStatus.Suspended, TenantStatus.Active, "partner.resumed", cancellationToken);

    /// <summary>Closes a partner with all its organizations: nothing runs, nobody gets in, and what there was stays in the database.</summary>
    public async Task<Refusal?> CloseAsync(AccessScope scope, Guid id, string? confirmation, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(scope, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        var partner = await context.Partners.SingleAsync(p => p.Id == id, cancellationToken);
        if (confirmation?.Trim() != partner.Name)
        {
            return Refusal.Invalid("confirmation_invalid", $"Type the name of the partner, “{partner.Name}”, to confirm that it is to be closed.");
        }
        if (await context.Partners.Where(p => p.Id == id && p.Status != TenantStatus.Closed).ExecuteUpdateAsync(
            p => p.SetProperty(x => x.Status, TenantStatus.Closed).SetProperty(x => x.ClosedAt, now).SetProperty(x => x.UpdatedAt, now), cancellationToken) == 0)
        {
            return Refusal.Conflict("partner_closed", "Somebody else has closed it just now.");
        }
        await context.PartnerUsers.Where(m => m.PartnerId == id).ExecuteDeleteAsync(CancellationToken.None);
        await context.Invitations.Where(i => i.PartnerId == id && i.AcceptedAt == null && i.RevokedAt == null).ExecuteUpdateAsync(i => i.SetProperty(x => x.RevokedAt, now), CancellationToken.None);
        await context.ApiKeys.Where(k => k.PartnerId == id && k.RevokedAt == null).ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, now), CancellationToken.None);
        var organizations = await context.Organizations.Where(o => o.PartnerId == id && o.Status != TenantStatus.Closed).Select(o => o.Id).ToListAsync(CancellationToken.None);
        foreach (var organization in organizations)
        {
            await offboarding.CloseAsync(organization, CancellationToken.None);
        }
        await RecordAsync(scope, "partner.closed", id,
            new { before = new { status = partner.Status }, after = new { status = TenantStatus.Closed }, organizations = organizations.Count }, cancellationToken);
        return null;
    }

    /// <summary>Deletes a closed partner with everything that is left of it but the audit log. Runs to its end even when the caller hangs up.</summary>
    public async Task<Refusal?> DeleteAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        if (Check(scope, null) is { } refusal)
        {
            return refusal;
        }
        await using var context = database.CreateSystemContext();
        if (await context.Partners.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } partner)
        {
            return Refusal.NotFound("partner");
        }
        if (partner.Status != TenantStatus.Closed)
        {
            return Refusal.Conflict("partner_not_closed", "Close the partner first. What is closed can be looked at once more before it is deleted.");
        }
        var devices = 0;
        foreach (var organization in await context.Organizations.Where(o => o.PartnerId == id).Select(o => o.Id).ToListAsync(cancellationToken))
        {
            devices += await offboarding.DeleteDataAsync(organization);
        }
        // What belongs to the partner itself; memberships before the roles that they name.
        await using (var transaction = await context.Database.BeginTransactionAsync(CancellationToken.None))
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM access_denials WHERE partner_id = {id};
                DELETE FROM api_keys WHERE partner_id = {id};
                DELETE FROM invitations WHERE partner_id = {id};
                DELETE FROM user_sessions WHERE partner_id = {id};
                DELETE FROM sso_providers WHERE partner_id = {id};
                DELETE FROM organization_users WHERE partner_id = {id};
                DELETE FROM partner_users WHERE partner_id = {id};
                DELETE FROM device_groups WHERE partner_id = {id};
                DELETE FROM scripts WHERE partner_id = {id};
                DELETE FROM automations WHERE partner_id = {id};
                DELETE FROM policies WHERE partner_id = {id};
                DELETE FROM alert_rules WHERE partner_id = {id};
                DELETE FROM notification_channels WHERE partner_id = {id};
                DELETE FROM roles WHERE partner_id = {id};
                """, CancellationToken.None);
            await context.Partners.Where(p => p.Id == id).ExecuteDeleteAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        await RecordAsync(scope, "partner.deleted", id, new { before = new { name = partner.Name, slug = partner.Slug }, devices }, cancellationToken);
        return null;
    }

    async Task<Refusal?> SwitchAsync(AccessScope scope, Guid id, string from, string to, string action, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(scope, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        await using var context = database.CreateSystemContext();
        if (await context.Partners.Where(p => p.Id == id && p.Status == from)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.Status, to).SetProperty(x => x.UpdatedAt, now), cancellationToken) == 0)
        {
            return Refusal.Conflict($"partner_not_{from}", $"The partner is not {from} any more. Reload to see how it stands.");
        }
        await RecordAsync(scope, action, id, new { before = new { status = from }, after = new { status = to } }, cancellationToken);
        return null;
    }

    async Task<Refusal?> RefuseAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        if (Check(scope, null) is { } refusal)
        {
            return refusal;
        }
        await using var context = database.CreateSystemContext();
        return await context.Partners.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) switch
        {
            null => Refusal.NotFound("partner"),
            { IsPlatform: true } => Refusal.Conflict("platform_partner", "This partner runs the install. It can be neither suspended nor closed, for nobody would be left to undo it."),
            { Status: TenantStatus.Closed } => Refusal.Conflict("partner_closed", "The partner is closed and can only be read."),
            _ => null,
        };
    }

    static Refusal? Check(AccessScope scope, PartnerEdit? edit) =>
        !scope.Can(Permissions.PartnersManage) ? Refusal.Forbidden("forbidden", "Only the partner that runs this install manages partners.")
        : edit?.MaxDevices.Value is < 1 or > Organizations.MaximumLimit ? Refusal.Invalid("max_devices_invalid", "The number of devices lies between 1 and 1,000,000; leave it empty for no limit.")
        : null;

    static IQueryable<PartnerItem> Items(BreezeDbContext context, IQueryable<Partner> partners) => partners.OrderBy(p => p.Id).Select(p => new PartnerItem(
        p.Id, p.Name, p.Slug, p.Status, p.IsPlatform, p.MaxDevices, context.Devices.Count(d => d.PartnerId == p.Id),
        context.Organizations.Count(o => o.PartnerId == p.Id && o.Status != TenantStatus.Closed), p.CreatedAt, p.ClosedAt));

    /// <summary>To the platform's log, and to the partner's own: whoever is concerned can read who did it.</summary>
    async Task RecordAsync(AccessScope scope, string action, Guid id, object detail, CancellationToken cancellationToken)
    {
        foreach (var log in (Guid?[])[.. new[] { scope.PartnerId, id }.Distinct()])
        {
            await audit.WriteAsync(scope, new AuditRecord(action, "partner", id.ToString()) { PartnerId = log, Detail = JsonSerializer.Serialize(detail) }, cancellationToken);
        }
    }
}
