using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>
/// What the server keeps in memory of an agent, so that a heartbeat needs no query. The identity is fixed; the rest are hints that the
/// database overrules: being stale costs a query or a delay, never data.
/// </summary>
public sealed class AgentEntry(Guid deviceId, Guid partnerId, Guid organizationId, Guid siteId)
{
    AgentPlace _place = new(organizationId, siteId);
    long _lastSeenMs;
    int _pendingCommands;

    public Guid DeviceId { get; } = deviceId;
    public Guid PartnerId { get; } = partnerId;
    public Guid OrganizationId => Place.OrganizationId;
    public Guid SiteId => Place.SiteId;

    /// <summary>Where it is in its partner's tree; both change together when it moves.</summary>
    public AgentPlace Place { get => Volatile.Read(ref _place); set => Volatile.Write(ref _place, value); }

    public string OsFamily { get; set; } = "other";
    public string Arch { get; set; } = "";
    public string AgentVersion { get; set; } = "";
    public string Status { get; set; } = "";

    /// <summary>Whether a person has yet to approve the device; until then nothing of it is kept and it gets nothing.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether it gets commands, plugins and remote sessions.</summary>
    public bool IsTrusted => !IsWaiting && Status != Devices.DeviceStatus.Quarantined;

    /// <summary>A token that was offered and has not been used yet.</summary>
    public TokenHash? PendingToken { get; set; }

    /// <summary>When the newest token that is in use was made.</summary>
    public DateTimeOffset TokenCreatedAt { get; set; }

    /// <summary>From when on the next token is offered, in Unix milliseconds.</summary>
    public long RotationDueMs { get; set; } = long.MaxValue;

    /// <summary>Until when the token that was offered has time to be used, in Unix milliseconds.</summary>
    public long OfferAgainMs { get; set; }

    /// <summary>The processes that report as this device.</summary>
    public AgentInstances Instances { get; } = new();

    /// <summary>The device's own interval; null means the install's default.</summary>
    public int? HeartbeatIntervalSeconds { get; set; }

    /// <summary>The shape of the last plain reading; the next one most likely has it too.</summary>
    public MetricLayoutEntry? LastLayout { get; set; }

    /// <summary>How far the device's clock is ahead of ours, in milliseconds; sticky, so that a repeated sample gets the same time again.</summary>
    public long ClockSkewMs { get; set; }

    /// <summary>When this node last took a heartbeat, in Unix milliseconds.</summary>
    public long LastSeenMs
    {
        get => Volatile.Read(ref _lastSeenMs);
        set => Volatile.Write(ref _lastSeenMs, value);
    }

    /// <summary>Says that there may be a command to fetch.</summary>
    public void HintPending() => Volatile.Write(ref _pendingCommands, 1);

    /// <summary>Takes the hint back; the caller looks into the database when there was one.</summary>
    public bool TakePendingHint() => Volatile.Read(ref _pendingCommands) != 0 && Interlocked.Exchange(ref _pendingCommands, 0) != 0;
}
