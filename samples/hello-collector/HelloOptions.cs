namespace HelloCollector;

/// <summary>The settings, as <c>config.schema.json</c> describes them.</summary>
public sealed record HelloOptions
{
    public string Directory { get; init; } = "";

    public int IntervalSeconds { get; init; } = 60;
}
