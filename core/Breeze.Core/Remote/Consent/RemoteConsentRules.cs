using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Identity;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Remote.Consent;

/// <summary>A partner's rules of consent. Whoever calls has looked at the permission.</summary>
public sealed class RemoteConsentRules(BreezeDbContext database, AccessScope scope, IAuditLog audit, TimeProvider time)
{
    const int Most = 500;

    public Task<List<RemoteConsentRule>> ListAsync(CancellationToken cancellationToken) => database.RemoteConsent.AsNoTracking()
        .OrderBy(r => r.OrganizationId != null).ThenBy(r => r.OrganizationId).ThenBy(r => r.DeviceType != null).ThenBy(r => r.DeviceType).ThenBy(r => r.Kind != null).ThenBy(r => r.Kind)
        .ToListAsync(cancellationToken);

    /// <summary>What holds for a session of this kind on this device, within the caller's own reach.</summary>
    public async Task<RemoteConsentTerms> TermsAsync(Guid organizationId, Guid deviceId, string kind, CancellationToken cancellationToken)
    {
        var rules = await database.RemoteConsent.AsNoTracking().Where(r => r.OrganizationId == null || r.OrganizationId == organizationId).ToListAsync(cancellationToken);
        var type = rules.TrueForAll(r => r.DeviceType is null) ? null : await TypeAsync(deviceId, cancellationToken);
        return RemoteConsentChoice.Of(rules, organizationId, type, kind);
    }

    /// <summary>Adds a rule, or changes the one for the same organization, kind of device and of session.</summary>
    public async Task<Refusal?> PutAsync(RemoteConsentDraft draft, CancellationToken cancellationToken)
    {
        var others = (await ListAsync(cancellationToken)).Where(r => (r.OrganizationId, r.DeviceType, r.Kind) != (draft.OrganizationId, draft.DeviceType, draft.Kind));
        return await ReplaceAsync([.. others.Select(DraftOf), draft], cancellationToken);
    }

    /// <summary>Takes a rule away; one that is gone already is no fault.</summary>
    public async Task<Refusal?> RemoveAsync(Guid id, CancellationToken cancellationToken) =>
        await ReplaceAsync([.. (await ListAsync(cancellationToken)).Where(r => r.Id != id).Select(DraftOf)], cancellationToken);

    /// <summary>These rules instead of those that there are.</summary>
    public async Task<Refusal?> ReplaceAsync(IReadOnlyList<RemoteConsentDraft?>? drafts, CancellationToken cancellationToken)
    {
        if (scope.PartnerId is not { } partner || scope.OrganizationIds is not null)
        {
            return Refusal.Forbidden("reach_too_narrow", "These rules concern all organizations, and you reach only some. Ask somebody who reaches all of them.");
        }
        if (drafts is null || drafts.Count > Most)
        {
            return Refusal.Invalid("rules_invalid", $"rules must be a list of at most {Most} rules.");
        }
        if (drafts.Select(FaultOf).FirstOrDefault(fault => fault is not null) is { } refusal)
        {
            return refusal;
        }
        if (drafts.GroupBy(d => (d!.OrganizationId, d.DeviceType, d.Kind)).Any(g => g.Count() > 1))
        {
            return Refusal.Invalid("rules_ambiguous", "Two rules are for the same organization, device type and kind. Keep one of them.");
        }
        var organizations = drafts.Select(d => d!.OrganizationId).OfType<Guid>().Distinct().ToArray();
        if (await database.Organizations.CountAsync(o => organizations.Contains(o.Id), cancellationToken) != organizations.Length)
        {
            return Refusal.NotFound("organization");
        }
        var (before, now) = (await ListAsync(cancellationToken), time.GetUtcNow());
        var after = drafts.Select(d => new RemoteConsentRule
        {
            Id = before.Find(r => (r.OrganizationId, r.DeviceType, r.Kind) == (d!.OrganizationId, d.DeviceType, d.Kind))?.Id ?? Guid.CreateVersion7(now),
            PartnerId = partner, OrganizationId = d!.OrganizationId, DeviceType = d.DeviceType, Kind = d.Kind, Mode = d.Mode!, TimeoutSeconds = d.TimeoutSeconds ?? 30,
            OnTimeout = d.OnTimeout ?? RemoteConsentTerms.Deny, WhenNobody = d.WhenNobody ?? RemoteConsentTerms.Allow, UpdatedAt = now,
        }).ToList();
        await using (var transaction = await database.Database.BeginTransactionAsync(cancellationToken))
        {
            await database.RemoteConsent.ExecuteDeleteAsync(cancellationToken);
            database.AddRange(after);
            try
            {
                await database.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException)
            {
                return Refusal.Conflict("changed_meanwhile", "Somebody else changed these rules at the same moment. Reload, and do it again.");
            }
            await transaction.CommitAsync(cancellationToken);
        }
        database.ChangeTracker.Clear();
        await audit.WriteAsync(scope, new AuditRecord("remote_consent.changed", "partner", partner.ToString())
        {
            Address = scope.Address, Detail = JsonSerializer.Serialize(new { before = before.Select(Describe), after = after.Select(Describe) }),
        }, cancellationToken);
        return null;
    }

    async Task<string?> TypeAsync(Guid deviceId, CancellationToken cancellationToken)
    {
        var hardware = await database.Inventory.AsNoTracking().Where(i => i.DeviceId == deviceId && i.Kind == "hardware").Select(i => i.Document).SingleOrDefaultAsync(cancellationToken);
        return hardware is not null && JsonElement.Parse(hardware).TryGetProperty("chassis", out var chassis) && chassis.ValueKind == JsonValueKind.String ? chassis.GetString() : null;
    }

    static Refusal? FaultOf(RemoteConsentDraft? draft) => draft switch
    {
        null => Refusal.Invalid("rules_invalid", "A rule is an object."),
        { Mode: null } or { Mode: not ("ask" or "notify" or "silent") } => Refusal.Invalid("mode_invalid", "mode must be ask, notify or silent."),
        { DeviceType: { } type } when !RemoteConsentRule.DeviceTypes.Contains(type) =>
            Refusal.Invalid("device_type_invalid", $"device_type must be one of {string.Join(", ", RemoteConsentRule.DeviceTypes)}, or be left out."),
        { Kind: { } kind } when !RemoteConsentRule.Kinds.Contains(kind) => Refusal.Invalid("kind_invalid", "kind must be terminal, files or desktop, or be left out."),
        { TimeoutSeconds: < 10 or > 300 } => Refusal.Invalid("timeout_seconds_invalid", "A question stands for 10 to 300 seconds."),
        { OnTimeout: not (null or "allow" or "deny") } => Refusal.Invalid("on_timeout_invalid", "on_timeout must be allow or deny."),
        { WhenNobody: not (null or "allow" or "deny") } => Refusal.Invalid("when_nobody_invalid", "when_nobody must be allow or deny."),
        _ => null,
    };

    static RemoteConsentDraft DraftOf(RemoteConsentRule r) => new(r.OrganizationId, r.DeviceType, r.Kind, r.Mode, r.TimeoutSeconds, r.OnTimeout, r.WhenNobody);

    static object Describe(RemoteConsentRule r) => new
    {
        organization_id = r.OrganizationId, device_type = r.DeviceType, kind = r.Kind, mode = r.Mode, timeout_seconds = r.TimeoutSeconds, on_timeout = r.OnTimeout, when_nobody = r.WhenNobody,
    };
}
