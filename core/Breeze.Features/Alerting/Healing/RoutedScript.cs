namespace Breeze.Features.Alerting.Healing;

/// <summary>What an event of an alert has to do with its rule's script.</summary>
/// <param name="When">When the rule has it run; null when the rule has none, or is switched off.</param>
/// <param name="State">How the run for this event stands; null when there is none yet.</param>
/// <param name="HasRun">Whether it ran, or is to run, for another event, and was not over when this firing began.</param>
/// <param name="IsAwaited">Whether people still wait for that run.</param>
sealed record RoutedScript(string? When, string? State, int? ExitCode, string Reason, string Output, bool HasRun, bool IsAwaited)
{
    public static RoutedScript None { get; } = new(null, null, null, "", "", false, false);

    /// <summary>Whether people waited for it, for this event.</summary>
    public bool IsWaitedFor => State is not null;

    /// <summary>Whether it is to be decided now whether it runs.</summary>
    public bool IsDue => When is not null && State is null && !HasRun;

    /// <summary>Whether the run of another event, for which people still wait, decides for this one as well.</summary>
    public bool IsJoined => State is null && IsAwaited && When == RuleAction.Before;
}
