using Breeze.Features.Alerting.Incidents;
using Breeze.Features.Alerting.Notifying;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>Finds storms among what is raised, makes their incidents and gathers their alerts.</summary>
sealed class StormDetection(NpgsqlConnection connection, DateTimeOffset now)
{
    readonly HashSet<Guid> _made = [];
    readonly HashSet<Guid> _grown = [];

    /// <summary>Whose incidents changed.</summary>
    public HashSet<Guid> Partners { get; } = [];

    /// <summary>The incidents of the alerts that are part of one.</summary>
    public async Task<Dictionary<Guid, Storm>> FindAsync(IReadOnlyList<RoutedAlert> raised, CancellationToken cancellationToken)
    {
        var storms = new Dictionary<Guid, Storm>();
        var rules = raised.Where(a => a is { RuleId: not null, IsOpen: true }).GroupBy(a => a.RuleId!.Value).OrderBy(g => g.Key).ToList();
        if (rules.Count == 0)
        {
            return storms;
        }
        var suspects = await SuspectsAsync(raised, [.. rules.Select(r => r.Key)], cancellationToken);
        foreach (var rule in rules.Where(r => suspects.Contains(r.Key)))
        {
            if (await GatherAsync([.. rule], cancellationToken) is { } storm)
            {
                foreach (var alert in rule)
                {
                    storms[alert.AlertId] = storm;
                }
            }
        }
        return storms;
    }

    /// <summary>What there is to tell: incidents that were made, and those that are over. What waits to be told of an incident that grew says how many it is by now.</summary>
    public async Task<IReadOnlyList<RoutedAlert>> TellAsync(Guid[] touched, CancellationToken cancellationToken)
    {
        var told = new List<RoutedAlert>();
        if (_grown.Count > 0)
        {
            await IncidentTelling.RecountAsync(connection, [.. _grown], cancellationToken);
        }
        foreach (var incident in _made)
        {
            told.AddRange(await IncidentTelling.ReadAsync(connection, incident, "firing", now, cancellationToken));
        }
        if (touched.Length > 0)
        {
            foreach (var (incident, partner) in await IncidentTelling.ResolveAsync(connection, touched, now, cancellationToken))
            {
                Partners.Add(partner);
                told.AddRange(await IncidentTelling.ReadAsync(connection, incident, "resolved", now, cancellationToken));
            }
        }
        return told;
    }

    /// <summary>Rules with too many alerts, or with an incident that gathers: a look without a lock, for most have neither.</summary>
    async Task<HashSet<Guid>> SuspectsAsync(IReadOnlyList<RoutedAlert> raised, Guid[] rules, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT r.id FROM unnest($1) AS r (id) WHERE EXISTS (SELECT 1 FROM incidents i WHERE i.rule_id = r.id AND i.status = 'open' AND i.gathers_until >= $3)
                -- Counted twice is suspected sooner, and no more.
                OR (SELECT count(*) FROM (SELECT 1 FROM alerts a WHERE a.rule_id = r.id AND a.status IN ('firing', 'acknowledged') AND a.fired_at > $3 - $4 AND coalesce(a.suppressed_by, 'storm') = 'storm'
                    LIMIT $5) AS recent) + (SELECT count(*) FROM alerts a WHERE a.id = ANY ($2) AND a.rule_id = r.id) >= $5
            """, connection)
        {
            Parameters =
            {
                new() { Value = rules }, new() { Value = raised.Select(a => a.AlertId).Distinct().ToArray() }, new() { Value = raised.Min(a => a.At) }, new() { Value = SuppressionLimits.StormTime },
                new() { Value = SuppressionLimits.StormAlerts + 1L },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var suspects = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            suspects.Add(reader.GetGuid(0));
        }
        return suspects;
    }

    /// <summary>The rule's incident that these are part of; null when they are no storm. One node at a time decides of a rule.</summary>
    async Task<Storm?> GatherAsync(List<RoutedAlert> alerts, CancellationToken cancellationToken)
    {
        var (rule, at) = (alerts[0].RuleId!.Value, alerts.Max(a => a.At));
        var ids = alerts.Select(a => a.AlertId).Distinct().ToArray();
        await RunAsync("SELECT pg_advisory_xact_lock(hashtextextended('breeze-storm:' || $1, 0))", cancellationToken, rule.ToString());
        var count = ids.Length + (long)(await RunAsync(
            """
            SELECT count(*) FROM (SELECT 1 FROM alerts WHERE rule_id = $1 AND status IN ('firing', 'acknowledged') AND fired_at > $2 - $3 AND coalesce(suppressed_by, 'storm') = 'storm' AND id <> ALL ($4) LIMIT $5) AS recent
            """, cancellationToken, rule, at, SuppressionLimits.StormTime, ids, SuppressionLimits.StormAlerts + 1L))!;
        var isStorm = count > SuppressionLimits.StormAlerts;
        var storm = await GatheringAsync(rule, at, isStorm, cancellationToken);
        if (storm is null && isStorm)
        {
            storm = await MakeAsync(alerts, at, cancellationToken);
        }
        if (storm is not null)
        {
            _grown.Add(storm.Id);
            Partners.Add(alerts[0].PartnerId);
        }
        return storm;
    }

    async Task<Storm?> GatheringAsync(Guid rule, DateTimeOffset at, bool isStorm, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE incidents SET gathers_until = CASE WHEN $3 THEN greatest(gathers_until, $2 + $4) ELSE gathers_until END, changed_at = $5
            WHERE id = (SELECT id FROM incidents WHERE rule_id = $1 AND status = 'open' AND gathers_until >= $2 ORDER BY id DESC LIMIT 1) RETURNING id, head_id, title
            """, connection)
        {
            Parameters = { new() { Value = rule }, new() { Value = at }, new() { Value = isStorm }, new() { Value = SuppressionLimits.Gathering }, new() { Value = now } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetString(2)) : null;
    }

    /// <summary>With the first of these at its head; what fired in the minute before is part of it as well, told or not.</summary>
    async Task<Storm> MakeAsync(List<RoutedAlert> alerts, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var first = alerts.MinBy(a => a.At)!;
        var storm = new Storm(Guid.CreateVersion7(now), first.AlertId, first.Body.Rule ?? first.Body.Title);
        await RunAsync(
            """
            WITH made AS (INSERT INTO incidents (id, partner_id, rule_id, title, severity, started_at, head_id, gathers_until, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)),
            adopted AS (
                UPDATE alerts SET incident_id = $1, suppressed_by = 'storm', suppressed_cause = $1, suppressed_text = $4, changed_at = $9
                WHERE rule_id = $3 AND status IN ('firing', 'acknowledged') AND fired_at > $10 AND suppressed_by IS NULL AND id <> ALL ($11) RETURNING id, partner_id)
            INSERT INTO alert_events (id, alert_id, partner_id, kind, at, text, detail, routed_at)
            SELECT breeze_uuid7(), id, partner_id, 'suppressed', $9, $4, jsonb_build_object('by', 'storm', 'cause', $1), $9 FROM adopted
            """, cancellationToken, storm.Id, first.PartnerId, first.RuleId!.Value, storm.Title, first.Body.Severity, first.At, first.AlertId, at + SuppressionLimits.Gathering, now,
            at - SuppressionLimits.StormTime, alerts.Select(a => a.AlertId).ToArray());
        _made.Add(storm.Id);
        return storm;
    }

    async Task<object?> RunAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(values.Select(v => new NpgsqlParameter { Value = v }).ToArray());
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}

/// <summary>An incident that gathers alerts.</summary>
sealed record Storm(Guid Id, Guid? HeadId, string Title);
