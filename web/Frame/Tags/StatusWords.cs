namespace Breeze.Web.Frame;

/// <summary>The one palette of states: green is well, grey is unknown, amber waits, red has failed, blue is at work, purple is on hold.</summary>
public static class StatusWords
{
    public static (string Tone, string Word) Of(string value) => value switch
    {
        "online" => ("ok", "Online"),
        "live" => ("ok", "Live"),
        "active" => ("ok", "Active"),
        "completed" => ("ok", "Completed"),
        "delivered" => ("ok", "Delivered"),
        "merged" => ("ok", "Told with others"),
        "dropped" => ("off", "Dropped"),
        "done" => ("ok", "Done"),
        "offline" => ("off", "Offline"),
        "not-live" => ("off", "Closed"),
        "disabled" => ("off", "Off"),
        "expired" => ("off", "Expired"),
        "revoked" => ("off", "Revoked"),
        "used" => ("off", "Used up"),
        "skipped" => ("off", "Skipped"),
        "cancelled" => ("off", "Cancelled"),
        "suspended" => ("hold", "Suspended"),
        "pending" => ("warn", "Pending"),
        "queued" => ("warn", "Queued"),
        "leaked" => ("warn", "Leaked"),
        "incompatible" => ("warn", "Incompatible"),
        "failed" => ("bad", "Failed"),
        "timeout" => ("bad", "Timed out"),
        "rejected" => ("bad", "Rejected"),
        "quarantined" => ("bad", "Quarantined"),
        "sent" => ("run", "Sent"),
        "running" => ("run", "Running"),
        "loading" => ("run", "Loading"),
        "maintenance" => ("hold", "Maintenance"),
        "critical" => ("bad", "Critical"),
        "error" => ("bad", "Error"),
        "warning" => ("warn", "Warning"),
        "info" => ("run", "Info"),
        "firing" => ("bad", "Firing"),
        "acknowledged" => ("run", "Acknowledged"),
        "resolved" => ("ok", "Resolved"),
        _ => ("off", string.IsNullOrEmpty(value) ? "Unknown" : char.ToUpperInvariant(value[0]) + value[1..]),
    };
}
