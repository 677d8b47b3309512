namespace Breeze.Features.Alerting;

/// <summary>How bad it is; from <see cref="Info"/> to <see cref="Critical"/>.</summary>
public static class AlertSeverity
{
    public const string Info = "info";
    public const string Warning = "warning";
    public const string Error = "error";
    public const string Critical = "critical";

    public static IReadOnlyList<string> All { get; } = [Info, Warning, Error, Critical];
}
