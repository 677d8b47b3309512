using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Transport;

/// <summary>
/// Writes once a second who was heard of. Readings are stored before their heartbeat is answered; when a device was last seen may be a second behind, and in
/// larger groups costs half. What a crash takes is made good by the next heartbeat.
/// </summary>
public sealed partial class PresenceWriter(Database database, TimeProvider time, ILogger<PresenceWriter> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(3);

    readonly Lock _gate = new();
    readonly PresenceTable _table = new();
    Dictionary<AgentEntry, Presence> _noted = [];
    Dictionary<AgentEntry, Presence> _spare = [];

    /// <summary>Takes note of a group's heartbeats, but for those whose return is stored with them; the last of a device counts.</summary>
    internal void Note(List<IngestItem> group)
    {
        lock (_gate)
        {
            foreach (var item in group.Where(i => !i.MayHaveBeenOffline))
            {
                _noted[item.Agent] = item.Presence;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryFlushAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The last second's are written below.
        }
        using var patience = new CancellationTokenSource(PatienceAtTheEnd, time);
        await TryFlushAsync(patience.Token);
    }

    async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        Dictionary<AgentEntry, Presence> taken;
        lock (_gate)
        {
            if (_noted.Count == 0)
            {
                return;
            }
            taken = _noted;
            _noted = _spare;
        }
        try
        {
            await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            // In one order on every node, so that two that write the same devices wait for and do not block each other.
            await _table.WriteAsync(connection, taken.OrderBy(p => p.Key.DeviceId), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            LogFailed(logger, taken.Count, e.Message);
            lock (_gate)
            {
                foreach (var (agent, presence) in taken)
                {
                    _noted.TryAdd(agent, presence);
                }
            }
        }
        taken.Clear();
        _spare = taken;
    }

    [LoggerMessage(LogLevel.Warning, "When {Count} devices were last seen could not be written and will be in a second: {Error}")]
    static partial void LogFailed(ILogger logger, int count, string error);
}
