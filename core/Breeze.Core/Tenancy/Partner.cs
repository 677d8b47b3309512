namespace Breeze.Core.Tenancy;

/// <summary>A managed service provider: the top of a tenant tree.</summary>
public sealed class Partner
{
    public Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Slug { get; init; }
    public string Status { get; set; } = TenantStatus.Active;
    /// <summary>The partner that set this install up. It alone manages partners and what runs in the server.</summary>
    public bool IsPlatform { get; init; }

    /// <summary>How many devices it may have; null means no limit.</summary>
    public int? MaxDevices { get; set; }

    /// <summary>Everybody who signs in here needs a second factor.</summary>
    public bool RequireMfa { get; set; }

    /// <summary>A command to more devices than this takes a fresh second factor.</summary>
    public int MassCommandLimit { get; set; } = 50;

    /// <summary>How long a terminal lives on after its page was closed; 0 ends it with the page.</summary>
    public int TerminalLingerMinutes { get; set; } = 5;

    /// <summary>Whether what terminals show is kept, and for how long.</summary>
    public bool RecordTerminals { get; set; }

    public int RecordingDays { get; set; } = 90;

    /// <summary>How long readings are kept; the three below, their averages over five minutes, hours and days.</summary>
    public int MetricRetentionDays { get; set; } = 90;

    public int FiveMinuteRetentionDays { get; set; } = 30;
    public int HourlyRetentionDays { get; set; } = 400;
    public int DailyRetentionDays { get; set; } = 1825;

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}
