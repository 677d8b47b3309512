namespace Breeze.Features.Alerting.Rules;

/// <summary>A rule that every partner begins with.</summary>
/// <param name="Key">What it is known by, whatever it is called later.</param>
public sealed record StarterRule(string Key, string Name, string Severity, string Condition, string Description)
{
    public string Recovery { get; init; } = "";

    public string Target { get; init; } = "";

    public string Per { get; init; } = AlertPer.Series;

    /// <summary>Whether it watches from the start: what nearly everybody wants does.</summary>
    public bool Enabled { get; init; } = true;
}
