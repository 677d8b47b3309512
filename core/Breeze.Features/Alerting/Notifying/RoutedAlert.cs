using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Suppression;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>An event of an alert that somebody may have to be told of, with what there is to say.</summary>
sealed record RoutedAlert
{
    public required Guid EventId { get; init; }
    public required string Kind { get; init; }
    public required Guid AlertId { get; init; }
    public required Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? DeviceId { get; init; }
    public Guid? RuleId { get; init; }
    public required string Source { get; init; }
    public string? Fingerprint { get; init; }
    public string Label { get; init; } = "";
    public DateTimeOffset At { get; init; }

    /// <summary>The devices whose alert this is: its own, or those of an incident.</summary>
    public IReadOnlyList<Guid> Devices { get; init; } = [];

    /// <summary>Nobody is told: the alert is snoozed or suppressed, or its beginning was not told.</summary>
    public required bool IsSilent { get; init; }

    /// <summary>Whether it is open by now.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether a person wants nobody to be told for now.</summary>
    public bool IsMuted { get; init; }

    /// <summary>How it stood before: what it was suppressed by, and whether its beginning was told.</summary>
    public string? WasBy { get; init; }
    public Guid? WasCause { get; init; }
    public bool WasHushed { get; init; }
    public Guid? IncidentId { get; init; }

    /// <summary>What the rule's script has to do with it.</summary>
    public RoutedScript Script { get; init; } = RoutedScript.None;

    /// <summary>It is over, before anybody was told: people waited for the rule's script.</summary>
    public bool IsHealed => IsRaise && (Script.IsWaitedFor || Script.IsJoined) && !IsOpen;

    /// <summary>Why nothing is to be done about it by itself, when there is a reason not to.</summary>
    public SuppressionCause? Quiet { get; init; }

    public required NotificationBody Body { get; init; }

    public bool IsRaise => Kind is "firing" or "reopened";

    /// <summary>The channel that the alert says fails; null when it says something else.</summary>
    public Guid? FailingChannel =>
        Source == "breeze" && Fingerprint is { } f && f.StartsWith(ChannelHealth.Fingerprint, StringComparison.Ordinal) && Guid.TryParse(f.AsSpan(ChannelHealth.Fingerprint.Length), out var id) ? id : null;

    /// <summary>Whether it is another cause than the timeline says already.</summary>
    public bool IsNews(SuppressionCause cause) => (WasBy, WasCause) != (cause.By, cause.Id);
}
