namespace Breeze.Features.Alerting.Suppression;

/// <summary>Why nobody is told of an alert.</summary>
public static class SuppressedBy
{
    public const string Maintenance = "maintenance";
    public const string Dependency = "dependency";
    public const string Flapping = "flapping";
    public const string Storm = "storm";
    public const string Person = "person";

    public static IReadOnlyList<string> All { get; } = [Maintenance, Dependency, Flapping, Storm, Person];
}
