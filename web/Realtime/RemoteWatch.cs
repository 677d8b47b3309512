using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Transport;
using Breeze.Web.Api;

namespace Breeze.Web.Realtime;

/// <summary>Looks every so often whether a session may go on: the person's rights and sign-in, the device's trust, and time.</summary>
sealed class RemoteWatch(RemoteSwitch remote, ScopeResolver resolver, AgentDirectory directory, TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    long _activity = time.GetTimestamp();

    public void NoteActivity() => Volatile.Write(ref _activity, time.GetTimestamp());

    /// <summary>Completes with the reason why the session must end, or this socket of it.</summary>
    public async Task<string> RunAsync(RemoteAdmission admission, RemoteSide side, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (await ReasonAsync(admission, side, cancellationToken) is { } reason)
                {
                    return reason;
                }
            }
            catch (Exception e) when (DatabaseFault.IsAbsence(e))
            {
                // Asked again next time; without the database nobody can have changed the rights.
            }
        }
        return RemoteEndings.Lost;
    }

    async Task<string?> ReasonAsync(RemoteAdmission admission, RemoteSide side, CancellationToken cancellationToken)
    {
        if (!await remote.SeenAsync(admission, side, cancellationToken))
        {
            return RemoteLink.Replaced;
        }
        if (time.GetUtcNow() - admission.RequestedAt > Longest)
        {
            return RemoteEndings.TooLong;
        }
        if (side == RemoteSide.Agent)
        {
            return directory.Find(admission.DeviceId) is { IsTrusted: true } ? null : RemoteEndings.Revoked;
        }
        return time.GetElapsedTime(Volatile.Read(ref _activity)) > Idle ? RemoteEndings.Idle
            : await HasRightsAsync(admission, cancellationToken) ? null : RemoteEndings.Revoked;
    }

    /// <summary>Whether the person may still do what they were let do at the beginning, in the same sign-in, and the device is served.</summary>
    public async Task<bool> HasRightsAsync(RemoteAdmission admission, CancellationToken cancellationToken) =>
        directory.Find(admission.DeviceId) is { IsTrusted: true } device
            && admission is { UserId: { } user, UserSessionId: { } session, SecurityStamp: { } stamp }
            && await resolver.ResolveAsync(session, user, stamp, cancellationToken) is { } scope
            && RemoteKinds.PermissionOf(admission.Kind, admission.ViewOnly) is { } permission && scope.Can(permission)
            && scope.Reaches(device.PartnerId, device.OrganizationId, device.SiteId);
}
