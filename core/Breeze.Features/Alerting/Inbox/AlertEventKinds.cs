namespace Breeze.Features.Alerting.Inbox;

/// <summary>What can happen to an alert.</summary>
public static class AlertEventKinds
{
    public const string Firing = "firing";
    public const string Reopened = "reopened";
    public const string Acknowledged = "acknowledged";
    public const string Unacknowledged = "unacknowledged";
    public const string Resolved = "resolved";
    public const string Snoozed = "snoozed";
    public const string Woken = "woken";
    public const string Suppressed = "suppressed";
    public const string Unsuppressed = "unsuppressed";
    public const string Assigned = "assigned";
    public const string Comment = "comment";
    public const string Script = "script";
    public const string ScriptStarted = "script_started";
    public const string ScriptEnded = "script_ended";
    public const string ScriptSkipped = "script_skipped";

    /// <summary>It ended after the rule's script had run, before anybody was told.</summary>
    public const string Healed = "healed";
    public const string Escalated = "escalated";
    public const string Severity = "severity";
}
