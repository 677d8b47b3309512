namespace Breeze.Features.Alerting.Inbox;

/// <summary>A rule's condition that holds, or held, for one series of one device; or what another source says.</summary>
public sealed class Alert
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? RuleId { get; init; }
    public int? RuleVersion { get; init; }
    public Guid? DeviceId { get; init; }

    /// <summary>The series, as its labels are written: <c>mountpoint="/"</c>; empty when the rule looks at the device as a whole.</summary>
    public string Label { get; init; } = "";

    /// <summary><c>rule</c>, <c>alertmanager</c> or <c>breeze</c>.</summary>
    public string Source { get; init; } = "rule";
    public string? Fingerprint { get; init; }
    public string Severity { get; set; } = AlertSeverity.Warning;

    /// <summary>One of <see cref="AlertStatus"/>.</summary>
    public string Status { get; set; } = AlertStatus.Firing;
    public string Title { get; set; } = "";
    public string Message { get; set; } = "";

    /// <summary>The value that the condition met, when it compares one.</summary>
    public double? Value { get; set; }

    /// <summary>Since when the condition holds.</summary>
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FiredAt { get; set; }

    /// <summary>Where it stands in lists: when it fired, or began.</summary>
    public DateTimeOffset ShownAt { get; private set; }
    public DateTimeOffset ChangedAt { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }
    public Guid? AcknowledgedBy { get; set; }
    public DateTimeOffset? ResolvedAt { get; set; }
    public Guid? ResolvedBy { get; set; }

    /// <summary><c>recovered</c>, <c>person</c>, <c>rule_changed</c>, <c>out_of_scope</c> or <c>source</c>.</summary>
    public string? Resolution { get; set; }
    public DateTimeOffset? SnoozedUntil { get; set; }

    /// <summary>Why nobody is told: <c>maintenance</c>, <c>dependency</c>, <c>flapping</c>, <c>storm</c> or <c>person</c>.</summary>
    public string? SuppressedBy { get; set; }

    /// <summary>What it is that it is suppressed by, in words: the window, the device in front.</summary>
    public string SuppressedText { get; set; } = "";

    /// <summary>The id of that.</summary>
    public Guid? SuppressedCause { get; set; }

    /// <summary>How often it came back after it had been resolved.</summary>
    public int Reopened { get; set; }
    public Guid? AssigneeId { get; set; }
    public Guid? IncidentId { get; set; }
}
