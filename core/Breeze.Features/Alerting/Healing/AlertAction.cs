namespace Breeze.Features.Alerting.Healing;

/// <summary>One run of a rule's script for one firing of an alert, or why there was none.</summary>
public sealed class AlertAction
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid AlertId { get; init; }
    public Guid EventId { get; init; }
    public Guid RuleId { get; init; }
    public Guid DeviceId { get; init; }
    public string Label { get; init; } = "";

    /// <summary>Whether people are told only after it.</summary>
    public bool IsBefore { get; init; }

    /// <summary>One of <see cref="AlertActionState"/>.</summary>
    public string State { get; init; } = AlertActionState.Pending;
    public int? RuleVersion { get; init; }
    public Guid? CommandId { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>Why it did not run, or did not end by itself.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The last lines of what it said.</summary>
    public string Output { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? QueuedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}
