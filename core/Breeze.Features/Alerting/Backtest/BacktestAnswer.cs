using System.Diagnostics.CodeAnalysis;
using Breeze.Features.Alerting.Rules;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>When and where a rule would have fired.</summary>
/// <param name="From">The beginning of what was replayed.</param>
/// <param name="To">Its end.</param>
/// <param name="Fired">The times at which it would have fired, newest first; no more than <see cref="Backtests.MostShown"/>.</param>
/// <param name="Total">How many there were.</param>
/// <param name="PerDay">How many began on each day, in UTC.</param>
/// <param name="DevicesLooked">How many devices were replayed.</param>
/// <param name="DevicesTotal">How many there are that the rule is for.</param>
/// <param name="Notes">What is to be known of the answer, in sentences.</param>
public sealed record BacktestAnswer(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<BacktestFired> Fired, int Total, IReadOnlyList<BacktestDay> PerDay, int DevicesLooked, int DevicesTotal, IReadOnlyList<string> Notes);

/// <param name="Until">Null when it would still be open.</param>
/// <param name="Peak">The value that was furthest beyond the comparison; null when there is none.</param>
/// <param name="PeakText">As people write it.</param>
public sealed record BacktestFired(Guid DeviceId, string Device, string Label, DateTimeOffset From, DateTimeOffset? Until, double? Peak, string PeakText);

/// <param name="Day">In UTC.</param>
public sealed record BacktestDay(DateOnly Day, int Count);

/// <summary>An answer, or what is wrong with what was asked.</summary>
public sealed record BacktestOutcome(BacktestAnswer? Answer, RuleProblem? Problem)
{
    [MemberNotNullWhen(true, nameof(Answer))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Answer is not null;
}
