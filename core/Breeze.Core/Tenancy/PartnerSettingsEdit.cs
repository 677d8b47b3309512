namespace Breeze.Core.Tenancy;

/// <summary>What a partner changes about itself; null leaves it as it is.</summary>
public sealed record PartnerSettingsEdit(string? Name, int? MetricRetentionDays, bool? RequireMfa, int? MassCommandLimit)
{
    public int? FiveMinuteRetentionDays { get; init; }
    public int? HourlyRetentionDays { get; init; }
    public int? DailyRetentionDays { get; init; }
    public int? TerminalLingerMinutes { get; init; }
    public bool? RecordTerminals { get; init; }
    public int? RecordingDays { get; init; }
}
