namespace Breeze.Fleet;

/// <summary>What the caller wants.</summary>
sealed record FleetOptions
{
    public required Uri Server { get; init; }
    public required IReadOnlyList<string> Keys { get; init; }
    public required int Agents { get; init; }
    public required int Seed { get; init; }
    public int? IntervalSeconds { get; init; }
    public TimeSpan? Duration { get; init; }
    public double LiveShare { get; init; }
    public double FailingShare { get; init; }
    public double AwayShare { get; init; }
    public int Connections { get; init; }
    public string? StatePath { get; init; }
    public string? JsonPath { get; init; }
    public bool InventoryChanges { get; init; }
}
