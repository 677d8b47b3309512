namespace Breeze.Features.Alerting.Evaluation;

/// <summary>What became of an alert: the whole state as the row is to have it.</summary>
/// <param name="Event">The line of the timeline that goes with it; null for none.</param>
/// <param name="Status">Null deletes a pending row.</param>
sealed record AlertChange(
    Guid AlertId, CompiledRule? Rule, Guid RuleId, Guid Device, string Label, string? Status, bool IsNew, string? Event, long AtMs, long StartedAtMs, long[] Timers, double Value, string? Resolution);
