using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Tenancy;

/// <summary>Creates, changes, suspends and resumes organizations. <see cref="Offboarding"/> ends them.</summary>
public sealed class Organizations(Database database, WakeService wake, IAuditLog audit, TimeProvider time)
{
    public const int MaximumNotes = 4000;
    public const int MaximumLimit = 1_000_000;

    public async Task<Outcome<Organization>> CreateAsync(AccessScope scope, OrganizationEdit edit, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is not { } partnerId || scope.OrganizationIds is not null || scope.SiteIds is not null)
        {
            return Refusal.Forbidden("reach_too_narrow", "You reach only some organizations, so a new one would be out of your sight. Ask somebody who reaches all of them.");
        }
        if (TenantNames.Clean(edit.Name) is not { } name)
        {
            return TenantNames.Invalid();
        }
        if (Check(edit) is { } invalid)
        {
            return invalid;
        }
        var now = time.GetUtcNow();
        var organization = new Organization
        {
            Id = Guid.CreateVersion7(now), PartnerId = partnerId, Name = name, MaxDevices = edit.MaxDevices.Value, Notes = edit.Notes?.Trim() ?? "", CreatedAt = now, UpdatedAt = now,
        };
        await using var context = database.CreateContext(scope);
        context.Add(organization);
        if (await TenantNames.SaveAsync(context, "an organization", name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "organization.created", organization, new { after = Describe(organization) }, cancellationToken);
        return organization;
    }

    public async Task<Outcome<Organization>> UpdateAsync(AccessScope scope, Guid id, OrganizationEdit edit, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Organizations.SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } organization)
        {
            return Refusal.NotFound("organization");
        }
        if (Refuse(scope, organization) is { } refusal)
        {
            return refusal;
        }
        if (edit.Name is not null && TenantNames.Clean(edit.Name) is null)
        {
            return TenantNames.Invalid();
        }
        if (Check(edit) is { } invalid)
        {
            return invalid;
        }
        var before = Describe(organization);
        organization.Name = TenantNames.Clean(edit.Name) ?? organization.Name;
        organization.MaxDevices = edit.MaxDevices.IsGiven ? edit.MaxDevices.Value : organization.MaxDevices;
        organization.Notes = edit.Notes?.Trim() ?? organization.Notes;
        organization.UpdatedAt = time.GetUtcNow();
        if (await TenantNames.SaveAsync(context, "an organization", organization.Name, cancellationToken) is { } taken)
        {
            return taken;
        }
        await RecordAsync(scope, "organization.updated", organization, new { before, after = Describe(organization) }, cancellationToken);
        return organization;
    }

    /// <summary>Its people lose access and nothing runs on its devices, until it is resumed. Monitoring goes on.</summary>
    public Task<Refusal?> SuspendAsync(AccessScope scope, Guid id, CancellationToken cancellationToken) =>
        SwitchAsync(scope, id, TenantStatus.Active, TenantStatus.Suspended, "organization.suspended", cancellationToken);

    public async Task<Refusal?> ResumeAsync(AccessScope scope, Guid id, CancellationToken cancellationToken)
    {
        if (await SwitchAsync(scope, id, TenantStatus.Suspended, TenantStatus.Active, "organization.resumed", cancellationToken) is { } refusal)
        {
            return refusal;
        }
        // What has waited goes on now and not with the next sweep.
        await using var waiting = database.System.CreateCommand("SELECT DISTINCT device_id FROM device_commands WHERE organization_id = $1 AND status = 'queued' LIMIT 500");
        waiting.Parameters.Add(new() { Value = id });
        await using var reader = await waiting.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            wake.Wake(reader.GetGuid(0));
        }
        return null;
    }

    async Task<Refusal?> SwitchAsync(AccessScope scope, Guid id, string from, string to, string action, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        if (await context.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } organization)
        {
            return Refusal.NotFound("organization");
        }
        if (Refuse(scope, organization) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var changed = await context.Organizations.Where(o => o.Id == id && o.Status == from)
            .ExecuteUpdateAsync(o => o.SetProperty(x => x.Status, to).SetProperty(x => x.UpdatedAt, now), cancellationToken);
        if (changed == 0)
        {
            return Refusal.Conflict($"organization_not_{from}", $"The organization is {organization.Status} and not {from}. Reload to see how it stands.");
        }
        await RecordAsync(scope, action, organization, new { before = new { status = from }, after = new { status = to } }, cancellationToken);
        return null;
    }

    /// <summary>What no caller may do with an organization in view.</summary>
    internal static Refusal? Refuse(AccessScope scope, Organization organization) =>
        scope.SiteIds is not null
            ? Refusal.Forbidden("reach_too_narrow", "You reach only some of its sites, and this concerns all of them. Ask somebody who reaches the whole organization.")
            : organization.Status == TenantStatus.Closed
                ? Refusal.Conflict("organization_closed", "The organization is closed. It can be read and deleted, and nothing else.")
                : null;

    internal static object Describe(Organization o) => new { name = o.Name, max_devices = o.MaxDevices, notes = o.Notes };

    static Refusal? Check(OrganizationEdit edit) =>
        edit.MaxDevices.Value is < 1 or > MaximumLimit ? Refusal.Invalid("max_devices_invalid", "The number of devices lies between 1 and 1,000,000; leave it empty for no limit.")
        : edit.Notes?.Length > MaximumNotes ? Refusal.Invalid("notes_invalid", $"The notes can have {MaximumNotes} characters at most.")
        : null;

    Task RecordAsync(AccessScope scope, string action, Organization organization, object detail, CancellationToken cancellationToken) =>
        audit.WriteAsync(scope, new AuditRecord(action, "organization", organization.Id.ToString())
        {
            PartnerId = organization.PartnerId, OrganizationId = organization.Id, Detail = JsonSerializer.Serialize(detail),
        }, cancellationToken);
}
