using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>What policies do next about an alert that nobody has answered, as things are.</summary>
public sealed class EscalationOutlook(Database database, TimeProvider time)
{
    /// <param name="scope">Who asks. Policies out of their reach are left out.</param>
    /// <param name="alertId">The alert, or one of an incident.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<EscalationNext>> ReadAsync(AccessScope scope, Guid alertId, CancellationToken cancellationToken)
    {
        var found = new List<(Place Place, EscalationNext Next)>();
        await using (var connection = await database.OpenAsync(scope, cancellationToken))
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT x.partner_id, a.organization_id, d.site_id, p.id, p.name, p.steps::text, x.step, x.round, greatest(x.due_at, a.snoozed_until),
                    x.incident_id IS NULL AND (a.suppressed_by IS NOT NULL OR coalesce(d.status = 'maintenance', false))
                FROM alert_escalations x
                JOIN escalation_policies p ON p.id = x.policy_id
                JOIN alerts a ON a.id = x.alert_id
                LEFT JOIN devices d ON d.id = a.device_id
                -- Somebody who has answered ends it when its time comes; until then it looks as if it went on.
                WHERE x.ended_at IS NULL AND (x.alert_id = $1 OR x.incident_id = (SELECT o.incident_id FROM alerts o WHERE o.id = $1))
                    AND (a.status = 'firing' OR EXISTS (SELECT 1 FROM alerts o WHERE o.incident_id = x.incident_id AND o.status = 'firing'))
                ORDER BY x.due_at, x.id
                """, connection) { Parameters = { new() { Value = alertId } } };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var (steps, step) = (EscalationStep.Parse(reader.GetString(5)), reader.GetInt32(6));
                if (step < steps.Count)
                {
                    found.Add((new(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), steps[step]),
                        new(reader.GetGuid(3), reader.GetString(4), step + 1, steps.Count, reader.GetInt32(7), reader.GetFieldValue<DateTimeOffset>(8), "", reader.GetBoolean(9))));
                }
            }
        }
        if (found.Count == 0)
        {
            return [];
        }
        var book = await EscalationBook.ReadAsync(database, [.. found.Select(f => f.Place.Partner).Distinct()], [.. found.Select(f => f.Place.Step)], time.GetUtcNow(), cancellationToken);
        return [.. found.Select(f => f.Next with { Who = Words(book.Call(f.Place.Step, f.Place.Partner, f.Place.Organization, f.Place.Site)) })];
    }

    static string Words(EscalationCall call) => call.Told.Count > 0 ? string.Join(", ", call.Told) : call.Missed.Count > 0 ? $"nobody ({string.Join("; ", call.Missed)})" : "nobody";

    sealed record Place(Guid Partner, Guid? Organization, Guid? Site, EscalationStep Step);
}

/// <summary>The step that a policy takes next.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Round">How often the policy began again.</param>
/// <param name="Who">Whom it tells, by name.</param>
/// <param name="IsHeld">Whether it waits until the alert is not suppressed any more.</param>
public sealed record EscalationNext(Guid PolicyId, string Policy, int Step, int Steps, int Round, DateTimeOffset DueAt, string Who, bool IsHeld);
