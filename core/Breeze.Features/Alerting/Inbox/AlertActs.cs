namespace Breeze.Features.Alerting.Inbox;

/// <summary>The names of what a person can do to alerts.</summary>
public static class AlertActs
{
    public const string Acknowledge = "acknowledge";
    public const string Unacknowledge = "unacknowledge";
    public const string Snooze = "snooze";
    public const string Wake = "wake";
    public const string Resolve = "resolve";
    public const string Assign = "assign";
    public const string Comment = "comment";

    public static IReadOnlyList<string> All { get; } = [Acknowledge, Unacknowledge, Snooze, Wake, Resolve, Assign, Comment];

    /// <summary>As the audit log has it: what was done.</summary>
    internal static string Done(string act) => act switch
    {
        Acknowledge => "acknowledged",
        Unacknowledge => "unacknowledged",
        Snooze => "snoozed",
        Wake => "snooze_ended",
        Resolve => "resolved",
        Assign => "assigned",
        _ => "commented",
    };
}
