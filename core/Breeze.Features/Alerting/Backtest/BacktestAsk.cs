using Breeze.Features.Alerting.Rules;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>A rule that may not be saved yet, and how far back to look.</summary>
public sealed record BacktestAsk
{
    public const int MostDays = 30;

    public string? Condition { get; init; }

    public string? Recovery { get; init; }

    public string? Target { get; init; }

    /// <summary>One of <see cref="AlertPer"/>.</summary>
    public string? Per { get; init; }

    public int? ReopenMinutes { get; init; }

    public Guid? OrganizationId { get; init; }

    public Guid? SiteId { get; init; }

    /// <summary>1 to 30; seven when nothing is said.</summary>
    public int? Days { get; init; }
}
