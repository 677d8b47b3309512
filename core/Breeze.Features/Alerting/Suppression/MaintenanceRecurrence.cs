namespace Breeze.Features.Alerting.Suppression;

/// <summary>How a window recurs.</summary>
public static class MaintenanceRecurrence
{
    public const string Once = "once";
    public const string Weekly = "weekly";
    public const string Monthly = "monthly";

    public static IReadOnlyList<string> All { get; } = [Once, Weekly, Monthly];
}
