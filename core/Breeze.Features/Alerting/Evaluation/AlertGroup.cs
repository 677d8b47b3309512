using Breeze.Features.Alerting.Inbox;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>Changes that are stored together: of each alert the last state, and every event on the way to it.</summary>
sealed class AlertGroup
{
    const string Places =
        """
        unnest(@ids, @rules, @devices, @labels, @statuses, @versions, @started, @evaluated, @timers, @fired, @values, @severities, @titles, @messages, @resolved, @resolutions, @reopens)
        AS u (id, rule_id, device_id, label, status, version, started, evaluated, timers, fired, value, severity, title, message, resolved, resolution, reopens)
        """;

    readonly List<Guid> _gone = [];

    /// <summary>The rows to write, as they are to be.</summary>
    public List<Row> Rows { get; } = [];

    public static AlertGroup Of(IReadOnlyList<AlertChange> changes)
    {
        var group = new AlertGroup();
        foreach (var alert in changes.GroupBy(c => c.AlertId))
        {
            var row = new Row([.. alert]);
            if (row.Last.Status is not null)
            {
                group.Rows.Add(row);
            }
            else if (!row.IsNew)
            {
                group._gone.Add(row.Last.AlertId);
            }
        }
        return group;
    }

    /// <summary>Makes the titles and messages of those that fire.</summary>
    public async Task RenderAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var devices = Rows.Where(r => r.Fired is not null).Select(r => r.Last.Device).Distinct().ToArray();
        if (devices.Length == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(
            """
            SELECT d.id, coalesce(d.display_name, d.hostname), d.hostname, o.name, s.name, d.os_name, d.tags
            FROM devices d JOIN organizations o ON o.id = d.organization_id JOIN sites s ON s.id = d.site_id WHERE d.id = ANY ($1)
            """, connection) { Parameters = { new() { Value = devices } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var facts = new Dictionary<Guid, DeviceText>();
        while (await reader.ReadAsync(cancellationToken))
        {
            facts[reader.GetGuid(0)] = new(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.IsDBNull(5) ? "" : reader.GetString(5), reader.GetFieldValue<string[]>(6));
        }
        foreach (var row in Rows)
        {
            if (row.Fired is { Rule: { } rule } fired && facts.TryGetValue(row.Last.Device, out var device))
            {
                (row.Title, row.Message) = AlertTexts.Render(rule, device, fired.Label, fired.Value, Moment(fired.AtMs));
            }
        }
    }

    /// <summary>Answers the alerts whose rows are now as they are to be.</summary>
    public async Task<HashSet<Guid>> WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var written = new HashSet<Guid>();
        if (_gone.Count > 0)
        {
            await using var delete = new NpgsqlCommand("DELETE FROM alerts WHERE id = ANY ($1) AND status = 'pending'", connection) { Parameters = { new() { Value = _gone.ToArray() } } };
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        // What a person did stays: an acknowledged alert goes on as one, a resolved one is not opened by a timer. A late writer changes nothing.
        await RunAsync(connection, [.. Rows.Where(r => !r.IsNew)],
            $"""
            UPDATE alerts a SET status = CASE WHEN u.status = 'firing' AND a.status = 'acknowledged' AND u.reopens = 0 THEN a.status ELSE u.status END,
                severity = coalesce(u.severity, a.severity), rule_version = coalesce(u.version, a.rule_version), title = coalesce(u.title, a.title), message = coalesce(u.message, a.message),
                value = coalesce(u.value, a.value), started_at = u.started, fired_at = coalesce(u.fired, a.fired_at), evaluated_at = u.evaluated, timers = u.timers::bigint[], changed_at = now(),
                resolved_at = u.resolved, resolution = u.resolution, resolved_by = NULL, reopened = a.reopened + u.reopens,
                acknowledged_at = CASE WHEN u.reopens > 0 THEN NULL ELSE a.acknowledged_at END, acknowledged_by = CASE WHEN u.reopens > 0 THEN NULL ELSE a.acknowledged_by END
            FROM {Places} WHERE a.id = u.id AND (a.status <> 'resolved' OR u.reopens > 0) AND (a.evaluated_at IS NULL OR a.evaluated_at <= u.evaluated)
                AND NOT (u.reopens > 0 AND EXISTS (SELECT 1 FROM alerts o WHERE (o.rule_id, o.device_id, o.label) = (a.rule_id, a.device_id, a.label) AND o.status <> 'resolved' AND o.id <> a.id))
            RETURNING a.id
            """, written, cancellationToken);
        await RunAsync(connection, [.. Rows.Where(r => r.IsNew)],
            $"""
            INSERT INTO alerts (id, partner_id, organization_id, rule_id, rule_version, device_id, label, severity, status, title, message, value, started_at, fired_at, evaluated_at, timers, resolved_at, resolution, reopened)
            SELECT u.id, d.partner_id, d.organization_id, r.id, u.version, d.id, u.label, coalesce(u.severity, r.severity), u.status, coalesce(u.title, r.name), coalesce(u.message, ''), u.value, u.started, u.fired,
                u.evaluated, u.timers::bigint[], u.resolved, u.resolution, u.reopens
            FROM {Places} JOIN devices d ON d.id = u.device_id JOIN alert_rules r ON r.id = u.rule_id AND r.partner_id = d.partner_id
            FOR KEY SHARE OF d, r
            ON CONFLICT (rule_id, device_id, label) WHERE status <> 'resolved' DO NOTHING RETURNING id
            """, written, cancellationToken);
        return written;
    }

    /// <summary>Writes the events of the alerts that were written; answers the partners.</summary>
    public async Task<List<Guid>> WriteEventsAsync(NpgsqlConnection connection, HashSet<Guid> written, CancellationToken cancellationToken)
    {
        AlertChange[] events = [.. Rows.Where(r => written.Contains(r.Last.AlertId)).SelectMany(r => r.Events)];
        List<Guid> partners = [];
        if (events.Length == 0)
        {
            return partners;
        }
        await using var command = new NpgsqlCommand(
            """
            WITH said AS (
                INSERT INTO alert_events (id, alert_id, partner_id, kind, at, detail)
                SELECT u.id, a.id, a.partner_id, u.kind, u.at, CASE WHEN u.value IS NULL THEN '{}' ELSE jsonb_build_object('value', u.value) END
                FROM unnest($1, $2, $3, $4, $5) AS u (id, alert_id, kind, at, value) JOIN alerts a ON a.id = u.alert_id RETURNING id, alert_id, kind),
            told AS (
                INSERT INTO outbox_events (id, partner_id, organization_id, device_id, type, payload)
                SELECT breeze_uuid7(), a.partner_id, a.organization_id, a.device_id, CASE s.kind WHEN 'resolved' THEN 'alert.resolved' ELSE 'alert.raised' END,
                    jsonb_build_object('alert_id', a.id, 'rule_id', a.rule_id, 'severity', a.severity)
                FROM said s JOIN alerts a ON a.id = s.alert_id ORDER BY s.id)
            SELECT DISTINCT a.partner_id FROM alerts a WHERE a.id = ANY ($2)
            """, connection);
        command.Parameters.Add(new() { Value = events.Select(_ => Guid.CreateVersion7()).ToArray() });
        command.Parameters.Add(new() { Value = events.Select(e => e.AlertId).ToArray() });
        command.Parameters.Add(new() { Value = events.Select(e => e.Event!).ToArray() });
        command.Parameters.Add(new() { Value = events.Select(e => Moment(e.AtMs).UtcDateTime).ToArray() });
        command.Parameters.Add(new() { Value = events.Select(e => Number(e.Value)).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            partners.Add(reader.GetGuid(0));
        }
        return partners;
    }

    static async Task RunAsync(NpgsqlConnection connection, Row[] rows, string sql, HashSet<Guid> written, CancellationToken cancellationToken)
    {
        if (rows.Length == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand(sql, connection);
        void Add<T>(string name, Func<Row, T> value) => command.Parameters.Add(new NpgsqlParameter<T[]>(name, Array.ConvertAll(rows, r => value(r))));
        Add("ids", r => r.Last.AlertId);
        Add("rules", r => r.Last.RuleId);
        Add("devices", r => r.Last.Device);
        Add("labels", r => r.Last.Label);
        Add("statuses", r => r.Last.Status!);
        Add("versions", r => r.Last.Rule?.Rule.Version);
        Add("started", r => Moment(r.Last.StartedAtMs).UtcDateTime);
        Add("evaluated", r => Moment(r.Last.AtMs).UtcDateTime);
        Add("timers", r => $"{{{string.Join(',', r.Last.Timers)}}}");
        Add("fired", r => r.Fired is { } fired ? Moment(fired.AtMs).UtcDateTime : (DateTime?)null);
        Add("values", r => Number(r.Fired?.Value ?? double.NaN));
        Add("severities", r => r.Fired?.Rule?.Rule.Severity);
        Add("titles", r => r.Title);
        Add("messages", r => r.Message);
        Add("resolved", r => r.Last.Status == AlertStatus.Resolved ? Moment(r.Last.AtMs).UtcDateTime : (DateTime?)null);
        Add("resolutions", r => r.Last.Resolution);
        Add("reopens", r => r.Reopens);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            written.Add(reader.GetGuid(0));
        }
    }

    static double? Number(double value) => double.IsFinite(value) ? value : null;

    static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>An alert of the group.</summary>
    internal sealed class Row(AlertChange[] changes)
    {
        public AlertChange Last { get; } = changes[^1];

        public bool IsNew { get; } = Array.Exists(changes, c => c.IsNew);

        public AlertChange[] Events { get; } = Array.FindAll(changes, c => c.Event is not null);

        /// <summary>The last time that it fired, within the group.</summary>
        public AlertChange? Fired { get; } = Array.FindLast(changes, c => c.Event is AlertEventKinds.Firing or AlertEventKinds.Reopened);

        /// <summary>How often it came back within the group.</summary>
        public int Reopens { get; } = changes.Count(c => c.Event == AlertEventKinds.Reopened);

        public string? Title { get; set; }

        public string? Message { get; set; }
    }
}
