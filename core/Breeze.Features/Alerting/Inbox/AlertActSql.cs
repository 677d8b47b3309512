namespace Breeze.Features.Alerting.Inbox;

/// <summary>
/// What each act does: to which alerts, what becomes of them, and the event. Of the parameters, $1 are the alerts, $2 the partner, $3 now, $4 the person, $5 their
/// name, $6 a text, $7 until when or for whom.
/// </summary>
sealed record AlertActSql(string Condition, string Set, string Event, string Detail = "'{}'::jsonb", bool IsTold = false)
{
    public static AlertActSql? Of(string kind) => kind switch
    {
        AlertActs.Acknowledge => new("status = 'firing'", "status = 'acknowledged', acknowledged_at = $3, acknowledged_by = $4", AlertEventKinds.Acknowledged, IsTold: true),
        AlertActs.Unacknowledge => new("status = 'acknowledged'", "status = 'firing', acknowledged_at = NULL, acknowledged_by = NULL", AlertEventKinds.Unacknowledged),
        AlertActs.Snooze => new("status IN ('firing', 'acknowledged')", "snoozed_until = $7::timestamptz", AlertEventKinds.Snoozed, "jsonb_build_object('until', $7)"),
        AlertActs.Wake => new("status IN ('firing', 'acknowledged') AND snoozed_until > $3", "snoozed_until = NULL", AlertEventKinds.Woken),
        AlertActs.Resolve => new("status IN ('firing', 'acknowledged')", "status = 'resolved', resolved_at = $3, resolved_by = $4, resolution = 'person', timers = '{}'", AlertEventKinds.Resolved, IsTold: true),
        AlertActs.Assign => new("status <> 'resolved'", "assignee_id = $7::uuid", AlertEventKinds.Assigned, "jsonb_build_object('user_id', $7)"),
        AlertActs.Comment => new("true", "changed_at = $3", AlertEventKinds.Comment),
        _ => null,
    };

    /// <summary>Answers the alerts that it was done to.</summary>
    public string Statement =>
        $"""
        WITH changed AS (UPDATE alerts SET {Set}{(Event == AlertEventKinds.Comment ? "" : ", changed_at = $3")} WHERE id = ANY ($1) AND partner_id = $2 AND status <> 'pending' AND {Condition}
            RETURNING id, partner_id, organization_id, device_id, rule_id, severity),
        told AS (INSERT INTO alert_events (id, alert_id, partner_id, kind, at, user_id, user_name, text, detail, routed_at)
            SELECT breeze_uuid7(), id, partner_id, '{Event}', $3, $4, $5, $6, {Detail}, {(IsTold ? "NULL::timestamptz" : "$3")} FROM changed)
        SELECT id, organization_id, device_id, rule_id, severity FROM changed
        """;
}
