namespace Breeze.Features.Alerting.Escalation;

/// <summary>What a policy shall be.</summary>
public sealed record PolicyDraft(string? Name, EscalationStep[]? Steps, int? Repeats, int? RepeatMinutes);
