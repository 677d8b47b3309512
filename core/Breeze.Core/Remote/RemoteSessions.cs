using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Identity;
using Breeze.Core.Queue;
using Breeze.Core.Remote.Consent;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Breeze.Core.Remote;

/// <summary>Asking for sessions and ending them. Whoever calls has confirmed who they are; the rights of the kind are looked at here.</summary>
public sealed class RemoteSessions(BreezeDbContext database, AccessScope scope, IDeviceQueue queue, IAuditLog audit, RemoteSwitch remote, RemoteConsentRules consent, TimeProvider time)
{
    const int MaximumOptions = 8 << 10;
    const int OpenOfAPerson = 50;

    /// <summary>How long the device has to join.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public async Task<Outcome<RemoteTicket>> StartAsync(RemoteAsk ask, CancellationToken cancellationToken)
    {
        if (RemoteKinds.PermissionOf(ask.Kind, ask.ViewOnly) is not { } permission)
        {
            return Refusal.Invalid("kind_invalid", "kind must be terminal, files or desktop.");
        }
        if (!scope.Can(permission) || scope.UserId is null || scope.SessionId is null)
        {
            return Refusal.Forbidden("forbidden", $"A session of this kind takes the permission {permission}, and a person who is signed in.");
        }
        if (ask.Options is { } options && (options.ValueKind != JsonValueKind.Object || options.GetRawText().Length > MaximumOptions))
        {
            return Refusal.Invalid("options_invalid", "options must be a JSON object of at most 8 KiB.");
        }
        if (await database.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == ask.DeviceId, cancellationToken) is not { } device)
        {
            return Refusal.NotFound("device");
        }
        if (device.Status is not (DeviceStatus.Online or DeviceStatus.Maintenance))
        {
            return Refusal.Conflict("device_not_online", "The device is not online. A session takes one that checks in now.");
        }
        if (await database.RemoteSessions.CountAsync(s => s.UserId == scope.UserId && s.EndedAt == null, cancellationToken) >= OpenOfAPerson)
        {
            return Refusal.Conflict("too_many_sessions", $"You have {OpenOfAPerson} sessions open. End one of them first.");
        }
        var terms = await consent.TermsAsync(device.OrganizationId, device.Id, ask.Kind!, cancellationToken);
        var now = time.GetUtcNow();
        var ticket = RemoteTicket.Create();
        var settings = await SettingsAsync(cancellationToken);
        var linger = RemoteKinds.CanReturn(ask.Kind!) ? TimeSpan.FromMinutes(settings.LingerMinutes) : TimeSpan.Zero;
        var session = new RemoteSession
        {
            Id = Guid.CreateVersion7(now), PartnerId = device.PartnerId, OrganizationId = device.OrganizationId, DeviceId = device.Id, UserId = scope.UserId,
            Technician = AgentText.Clean(scope.ActorName, 255), Kind = ask.Kind!, ViewOnly = ask.ViewOnly, Options = ask.Options?.GetRawText() ?? "{}", Status = RemoteStatus.Requested,
            ClientAddress = scope.Address is { Length: > 0 and <= 64 } address ? address : null, TicketHash = RemoteTicket.HashOf(ticket), TicketExpiresAt = now + RemoteTicket.Lifetime,
            UserSessionId = scope.SessionId, SecurityStamp = await StampAsync(cancellationToken),
            RequestedAt = now, LingerSeconds = (int)Math.Max(linger.TotalSeconds, RemoteGrace.Lost.TotalSeconds),
            ConsentMode = terms.Mode, ConsentTimeoutSeconds = terms.TimeoutSeconds, ConsentOnTimeout = terms.OnTimeout, ConsentWhenNobody = terms.WhenNobody,
            Recorded = ask.Kind == RemoteKinds.Terminal && settings.RecordTerminals,
        };
        database.Add(session);
        await database.SaveChangesAsync(cancellationToken);
        await AuditAsync("remote.session_requested", session, new { session.Kind, session.ViewOnly, session.Recorded, consent = terms.Mode }, cancellationToken);
        var command = new CommandSpec(
            RemoteConnect.CommandType, JsonSerializer.SerializeToElement(new RemoteConnect(session.Id), ProtocolJson.Default.RemoteConnect), (int)Patience.TotalSeconds, now + Patience);
        if ((await queue.EnqueueAsync(scope, [device.Id], command, cancellationToken)).Count == 0)
        {
            await remote.EndAsync(session.Id, RemoteEndings.NoAnswer, null, null, cancellationToken);
            return Refusal.Conflict("tenant_suspended", "The device takes no sessions now: it is in quarantine, or its organization or partner is suspended.");
        }
        return new RemoteTicket(session.Id, ticket, now + RemoteTicket.Lifetime) { Lingers = linger > TimeSpan.Zero, Recorded = session.Recorded };
    }

    /// <summary>One's own sessions on a device that a page can go on with.</summary>
    public Task<List<RemoteSession>> LivingAsync(Guid deviceId, string kind, CancellationToken cancellationToken) => scope.UserId is null || !RemoteKinds.CanReturn(kind)
        ? Task.FromResult<List<RemoteSession>>([])
        : database.RemoteSessions.AsNoTracking()
            .Where(s => s.UserId == scope.UserId && s.DeviceId == deviceId && s.Kind == kind && s.EndedAt == null && s.StartedAt != null).OrderBy(s => s.Id).ToListAsync(cancellationToken);

    /// <summary>A new ticket for a session that still runs, for the person whose it is: a page that shows it elsewhere gives way. Whoever calls has confirmed who they are.</summary>
    public async Task<Outcome<RemoteTicket>> ReturnAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await database.RemoteSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound("remote_session");
        }
        if (scope.UserId is null || scope.SessionId is null || session.UserId != scope.UserId)
        {
            return Refusal.Forbidden("forbidden", "Only the person whose session it is can return to it.");
        }
        if (RemoteKinds.PermissionOf(session.Kind, session.ViewOnly) is not { } permission || !scope.Can(permission))
        {
            return Refusal.Forbidden("forbidden", "The right that a session of this kind takes is not held any more.");
        }
        if (!RemoteKinds.CanReturn(session.Kind))
        {
            return Refusal.Conflict("ends_with_its_page", "A session of this kind ends with its page. Start a new one.");
        }
        var now = time.GetUtcNow();
        var ticket = RemoteTicket.Create();
        var (hash, expires, signIn, stamp) = (RemoteTicket.HashOf(ticket), now + RemoteTicket.Lifetime, scope.SessionId, await StampAsync(cancellationToken));
        var changed = await database.RemoteSessions.Where(s => s.Id == id && s.EndedAt == null && s.StartedAt != null).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.TicketHash, hash).SetProperty(x => x.TicketExpiresAt, expires).SetProperty(x => x.UserSessionId, signIn).SetProperty(x => x.SecurityStamp, stamp),
            cancellationToken);
        if (changed == 0)
        {
            return Refusal.Conflict("remote_session_ended", "The session has ended already.");
        }
        await AuditAsync("remote.session_resumed", session, new { session.Kind, after = "new_page" }, cancellationToken);
        return new RemoteTicket(id, ticket, expires) { Lingers = true, IsReturn = true, Recorded = session.Recorded };
    }

    /// <summary>Ends a session: one's own, or anybody's within reach with the right to control devices.</summary>
    public async Task<Refusal?> EndAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await database.RemoteSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound("remote_session");
        }
        if (session.UserId != scope.UserId && !scope.Can(Permissions.RemoteControl))
        {
            return Refusal.Forbidden("forbidden", $"Ending somebody else's session takes the permission {Permissions.RemoteControl}.");
        }
        return await remote.EndAsync(id, RemoteEndings.Ended, null, scope.UserId, cancellationToken) ? null : Refusal.Conflict("remote_session_ended", "The session has ended already.");
    }

    async Task<(int LingerMinutes, bool RecordTerminals)> SettingsAsync(CancellationToken cancellationToken)
    {
        var settings = await database.Partners.Where(p => p.Id == scope.PartnerId).Select(p => new { p.TerminalLingerMinutes, p.RecordTerminals }).SingleOrDefaultAsync(cancellationToken);
        return (settings?.TerminalLingerMinutes ?? 0, settings?.RecordTerminals ?? false);
    }

    Task<Guid?> StampAsync(CancellationToken cancellationToken) =>
        database.Users.Where(u => u.Id == scope.UserId).Select(u => (Guid?)u.SecurityStamp).SingleOrDefaultAsync(cancellationToken);

    Task AuditAsync(string action, RemoteSession session, object detail, CancellationToken cancellationToken) => audit.WriteAsync(
        scope, new AuditRecord(action, "device", session.DeviceId.ToString())
        {
            OrganizationId = session.OrganizationId, Address = scope.Address, Detail = JsonSerializer.Serialize(new { session = session.Id, detail }, AuditJson),
        }, cancellationToken);

    static readonly JsonSerializerOptions AuditJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
