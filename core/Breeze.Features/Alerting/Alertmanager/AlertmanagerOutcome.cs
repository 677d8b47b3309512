namespace Breeze.Features.Alerting.Alertmanager;

/// <summary>How many alerts a message raised, changed and resolved, and how many were as it says already.</summary>
public sealed record AlertmanagerOutcome(int Raised, int Changed, int Resolved, int Unchanged);
