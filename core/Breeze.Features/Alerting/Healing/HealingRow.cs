namespace Breeze.Features.Alerting.Healing;

/// <summary>A run that waits for its turn, with what decides whether it has one.</summary>
sealed record HealingRow
{
    public required Guid Id { get; init; }
    public required Guid EventId { get; init; }
    public required Guid AlertId { get; init; }
    public required Guid PartnerId { get; init; }
    public required Guid OrganizationId { get; init; }
    public required Guid RuleId { get; init; }
    public required Guid DeviceId { get; init; }
    public required string Label { get; init; }
    public required string Rule { get; init; }
    public required int RuleVersion { get; init; }

    /// <summary>What the rule does by now; null when that is nothing.</summary>
    public RuleAction? Action { get; init; }

    /// <summary>Who saved the rule as it is.</summary>
    public Guid? SavedBy { get; init; }
    public required string SavedByName { get; init; }
    public required string Severity { get; init; }
    public required string Title { get; init; }
    public required string AlertStatus { get; init; }
    public double? Value { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public bool IsSuppressed { get; init; }
    public required string DeviceStatus { get; init; }
    public required string Device { get; init; }

    /// <summary>Whether nothing runs on devices of its organization.</summary>
    public bool IsClosed { get; init; }

    /// <summary>How often it ran within the last hour, for the same device and series.</summary>
    public int Runs { get; init; }
}
