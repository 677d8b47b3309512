namespace Breeze.Features.Alerting.Suppression;

/// <summary>A window as somebody wants it, as a whole. A time of day is written <c>22:00</c>.</summary>
public sealed record WindowDraft
{
    public string? Name { get; init; }
    public string? Note { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }
    public string? Target { get; init; }
    public bool Enabled { get; init; } = true;
    public string? Recurrence { get; init; }
    public string? TimeZone { get; init; }
    public DateTimeOffset? FromAt { get; init; }
    public DateTimeOffset? UntilAt { get; init; }
    public IReadOnlyList<int>? Days { get; init; }
    public int? Week { get; init; }
    public string? Starts { get; init; }
    public int? Minutes { get; init; }
}
