using Breeze.Agent.Commands;
using Breeze.Agent.Heartbeats;
using Breeze.Agent.Plugins;
using Breeze.Agent.Spool;
using Breeze.Agent.State;
using Breeze.Agent.Wake;

namespace Breeze.Agent;

/// <summary>Leaves a file for <c>breeze-agent status</c> whenever something changed.</summary>
sealed class StatusWriter(
    StateDirectory state,
    Contact contact,
    ConfigStore config,
    MetricSpool spool,
    CommandJournal journal,
    CommandRunner commands,
    ChannelOutbox outbox,
    PluginReports plugins,
    Signal changed,
    TimeProvider time)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Write();
            await changed.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
            // Changes come in groups.
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    void Write()
    {
        var (lastAt, error) = contact.Read();
        var snapshot = new StatusSnapshot
        {
            ProcessId = Environment.ProcessId,
            Version = AgentVersion.Current,
            StartedAt = _startedAt,
            LastContactAt = lastAt,
            LastError = error,
            HeartbeatIntervalSeconds = config.Current.HeartbeatIntervalSeconds,
            WakeChannelOpen = outbox.IsOpen,
            SpooledBytes = spool.Bytes,
            WaitingResults = journal.WaitingCount,
            RunningCommands = commands.Running.Count,
            Plugins = plugins.Read(),
        };
        try
        {
            StateDirectory.Write(state.StatusFile, snapshot, StateJson.Default.StatusSnapshot, durable: false);
        }
        catch (IOException)
        {
            // A full disk is reported by those who have something to lose; the file is a courtesy.
        }
    }
}
