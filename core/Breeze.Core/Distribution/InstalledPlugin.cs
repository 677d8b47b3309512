namespace Breeze.Core.Distribution;

/// <summary>A plugin of this install and the package that is in force.</summary>
public sealed class InstalledPlugin
{
    public required string Id { get; init; }
    public required string ActiveHash { get; set; }
    public bool Enabled { get; set; } = true;
    public string Settings { get; set; } = "{}";
    public DateTimeOffset UpdatedAt { get; set; }
}
