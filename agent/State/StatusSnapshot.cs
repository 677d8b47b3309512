using Breeze.Protocol;

namespace Breeze.Agent.State;

/// <summary>What <c>breeze-agent status</c> shows of a running agent.</summary>
sealed record StatusSnapshot
{
    public int ProcessId { get; init; }

    public string Version { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? LastContactAt { get; init; }

    public string? LastError { get; init; }

    public int HeartbeatIntervalSeconds { get; init; }

    public bool WakeChannelOpen { get; init; }

    public long SpooledBytes { get; init; }

    public int WaitingResults { get; init; }

    public int RunningCommands { get; init; }

    public IReadOnlyList<PluginReport> Plugins { get; init; } = [];
}
