using Breeze.Core.Tenancy;
using Breeze.Protocol;

namespace Breeze.Core.Queue;

/// <summary>
/// Durable commands to devices. A command is stored before the call returns, reaches an online device within a second over its wake channel
/// and any other with its next heartbeat, and ends in exactly one result.
/// </summary>
public interface IDeviceQueue
{
    /// <summary>
    /// Queues one command for each device within the scope's reach; devices out of reach, in quarantine or of a suspended tenant are left out of the answer.
    /// </summary>
    Task<IReadOnlyList<QueuedCommand>> EnqueueAsync(
        AccessScope scope, IReadOnlyList<Guid> deviceIds, CommandSpec spec, CancellationToken cancellationToken);

    /// <summary>Hands out what a device is to do, for at most the lease time; the agent's confirmation renews it.</summary>
    Task<IReadOnlyList<AgentCommand>> ClaimAsync(Guid deviceId, int maximum, CancellationToken cancellationToken);

    /// <summary>The agent has the command on its disk and runs it.</summary>
    Task<bool> MarkStartedAsync(Guid deviceId, Guid commandId, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out again what was sent and not confirmed, because the device has come back: what it received it has in its journal, and what got
    /// lost need not wait for the end of its lease.
    /// </summary>
    Task ReleaseAsync(Guid deviceId, CancellationToken cancellationToken);

    /// <summary>Whether a command is one of the device's.</summary>
    Task<bool> BelongsToAsync(Guid deviceId, Guid commandId, CancellationToken cancellationToken);

    /// <summary>Renews the leases of commands that still run.</summary>
    Task RenewAsync(Guid deviceId, IReadOnlyList<Guid> commandIds, CancellationToken cancellationToken);

    /// <summary>Stores the result of a command; the first one counts.</summary>
    Task<ResultOutcome> StoreResultAsync(Guid deviceId, Guid commandId, CommandResult result, CancellationToken cancellationToken);

    /// <summary>Cancels a command that waits, or asks the agent to end one that runs. False when it is not there or has ended.</summary>
    Task<bool> CancelAsync(AccessScope scope, Guid deviceId, Guid commandId, CancellationToken cancellationToken);
}
