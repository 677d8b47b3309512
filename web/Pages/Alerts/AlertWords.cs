using System.Text.Json;
using Breeze.Features.Alerting.Inbox;

namespace Breeze.Web.Pages.Alerts;

/// <summary>What people read of an alert.</summary>
public static class AlertWords
{
    /// <summary>Why nobody is told of it.</summary>
    public static string Suppressed(string by) => by switch
    {
        "maintenance" => "In maintenance",
        "dependency" => "Behind another outage",
        "flapping" => "Comes and goes",
        "storm" => "Part of an incident",
        _ => "Muted",
    };

    public static string Resolution(string? resolution) => resolution switch
    {
        "recovered" => "The condition does not hold any more.",
        "person" => "Somebody resolved it.",
        "rule_changed" => "The rule was changed, switched off or removed.",
        "out_of_scope" => "The device is not among those of the rule any more.",
        "source" => "Its source took it back.",
        _ => "",
    };

    public static (string Icon, string Text) Event(AlertEvent e) => e.Kind switch
    {
        AlertEventKinds.Firing => ("bell-ringing", "Fired"),
        AlertEventKinds.Reopened => ("bell-ringing", "Came back"),
        AlertEventKinds.Acknowledged => ("eye-check", "acknowledged it"),
        AlertEventKinds.Unacknowledged => ("eye-off", "took the acknowledgement back"),
        AlertEventKinds.Resolved => ("circle-check", e.UserName.Length > 0 ? "resolved it" : "Resolved"),
        AlertEventKinds.Snoozed => ("zzz", "snoozed it"),
        AlertEventKinds.Woken => ("alarm", e.UserName.Length > 0 ? "ended the snooze" : "The snooze ended"),
        AlertEventKinds.Suppressed => ("bell-off", "Nobody is told"),
        AlertEventKinds.Unsuppressed => ("bell", "People are told again"),
        AlertEventKinds.Assigned => ("user", "assigned it"),
        AlertEventKinds.Comment => ("message", "commented"),
        AlertEventKinds.Script => ("player-play", "A script ran"),
        AlertEventKinds.ScriptStarted => ("player-play", "The rule's script started"),
        AlertEventKinds.ScriptEnded => ("player-stop", "The rule's script ended"),
        AlertEventKinds.ScriptSkipped => ("player-stop", "The rule's script did not run"),
        AlertEventKinds.Healed => ("circle-check", "Healed"),
        AlertEventKinds.Escalated => ("arrow-up", "Escalated"),
        _ => ("point", e.Kind),
    };

    /// <summary>The command that a line of the timeline is about.</summary>
    public static Guid? Command(AlertEvent e)
    {
        using var detail = JsonDocument.Parse(e.Detail);
        return detail.RootElement.TryGetProperty("command_id", out var id) && id.TryGetGuid(out var command) ? command : null;
    }
}
