using Breeze.Core.Metrics;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Evaluation;

enum AlertPhase
{
    /// <summary>Nothing is open; what there was last may come back.</summary>
    Idle,
    Pending,
    Firing,
}

/// <summary>Where one rule stands for one series of one device.</summary>
sealed class AlertState(Guid ruleId, string label)
{
    public Guid RuleId { get; } = ruleId;

    public string Label { get; } = label;

    public Guid AlertId { get; set; }

    public AlertPhase Phase { get; set; }

    /// <summary>The rule's version that the timers are of.</summary>
    public int Version { get; set; }

    public long[] Timers { get; set; } = [];

    public long StartedAtMs { get; set; }

    /// <summary>What this follows; a look that is not newer changes nothing.</summary>
    public long EvaluatedAtMs { get; set; }

    /// <summary>The one before, which may come back.</summary>
    public Guid RecoveredId { get; set; }

    /// <summary>When that was resolved as recovered; 0 when there is none.</summary>
    public long RecoveredAtMs { get; set; }
}

/// <summary>What this node knows of a device. Everything is read and changed under its own lock.</summary>
sealed class DeviceState(Guid device)
{
    public Guid Device { get; } = device;

    /// <summary>Whether what stands here is what the database has; another node that takes readings of the device ends that.</summary>
    public bool IsOwned { get; set; }

    /// <summary>What <see cref="DeviceClaims.Hearing"/> said when it was read: since then another node's claim may have been missed if that has changed.</summary>
    public long? Hearing { get; set; }

    /// <summary>The newest reading that was evaluated; older ones are late.</summary>
    public long NewestMs { get; set; }

    /// <summary>Few at any time, so a search is a walk.</summary>
    public List<AlertState> Alerts { get; } = [];

    /// <summary>Readings that came before the state was loaded.</summary>
    public List<Reading>? Waiting { get; set; }

    public AgentEntry? Agent { get; set; }

    public AlertState? Find(Guid rule, string label)
    {
        foreach (var alert in Alerts)
        {
            if (alert.RuleId == rule && alert.Label == label)
            {
                return alert;
            }
        }
        return null;
    }
}
