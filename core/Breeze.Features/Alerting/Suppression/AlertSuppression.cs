using Breeze.Features.Alerting.Incidents;
using Breeze.Features.Alerting.Notifying;
using Npgsql;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>
/// Decides, for a batch of events, of which of them nobody is told and why; writes that to the alerts in the router's transaction. In the order of what explains most: planned work,
/// an outage in front of the device, coming and going, a storm.
/// </summary>
sealed class AlertSuppression(NpgsqlConnection connection, DateTimeOffset now, int defaultInterval)
{
    readonly Dictionary<Guid, SuppressionMark> _marks = [];
    readonly Dictionary<Guid, DateTimeOffset> _held = [];

    public async Task<SuppressionDecision> DecideAsync(IReadOnlyList<RoutedAlert> alerts, CancellationToken cancellationToken)
    {
        var raised = alerts.Where(a => a is { IsRaise: true, IsMuted: false, IsHealed: false }).ToList();
        raised = await TakeCausedAsync(raised, cancellationToken);
        var flaps = await FlapDetection.ReadAsync(
            connection, [.. raised.Concat(alerts.Where(a => a is { Kind: "resolved", WasHushed: false, IsMuted: false })).Where(a => a.RuleId is not null).Select(a => a.AlertId).Distinct()], now, cancellationToken);
        var told = new Dictionary<Guid, RoutedAlert>();
        foreach (var alert in alerts.Where(a => flaps.ContainsKey(a.AlertId) && !_marks.ContainsKey(a.AlertId) && !_held.ContainsKey(a.EventId) && (a.IsRaise || a.Kind == "resolved")))
        {
            // The last of them is told as what the alert does.
            told[alert.AlertId] = alert;
        }
        foreach (var (id, alert) in told)
        {
            Mark(alert, new(SuppressedBy.Flapping, null, $"It changed {SuppressionLimits.FlapChanges} times or more within {SuppressionLimits.FlapTime.TotalMinutes:0} minutes."),
                // Silent changes leave people with what they were told last; of a new alert that was nothing.
                flaps[id] ? alert.WasHushed || alert.Kind == "firing" : alert.Kind == "resolved");
        }
        raised = [.. raised.Where(a => !_marks.ContainsKey(a.AlertId))];
        var storms = new StormDetection(connection, now);
        var incidents = await storms.FindAsync(raised, cancellationToken);
        foreach (var alert in raised)
        {
            if (incidents.TryGetValue(alert.AlertId, out var incident))
            {
                Mark(alert, incident.HeadId == alert.AlertId ? null : new(SuppressedBy.Storm, incident.Id, incident.Title), hushed: true, incident.Id);
            }
            else
            {
                Mark(alert, null, hushed: false);
            }
        }
        var decided = alerts.Where(a => !_held.ContainsKey(a.EventId)).Select(a => Decide(a, told, flaps)).ToList();
        await SuppressionMark.WriteAsync(connection, _marks.Values, now, cancellationToken);
        await HoldAsync(cancellationToken);
        decided.AddRange(await storms.TellAsync(decided.Where(a => a is { Kind: "resolved", IncidentId: not null }).Select(a => a.IncidentId!.Value).Distinct().ToArray(), cancellationToken));
        var partners = alerts.Where(a => _marks.ContainsKey(a.AlertId)).Select(a => a.PartnerId).Concat(storms.Partners).ToHashSet();
        return new(decided, _held, partners);
    }

    /// <summary>Marks those in maintenance or behind an outage, holds those of which that is not clear yet, and answers the others.</summary>
    async Task<List<RoutedAlert>> TakeCausedAsync(List<RoutedAlert> raised, CancellationToken cancellationToken)
    {
        var devices = raised.Select(a => a.DeviceId).OfType<Guid>().Distinct().ToArray();
        var causes = await SuppressionCauses.ReadAsync(connection, devices, now, defaultInterval, cancellationToken);
        var unclear = await SuppressionCauses.UnclearAsync(connection, [.. devices.Where(d => !causes.ContainsKey(d))], now, defaultInterval, cancellationToken);
        var others = new List<RoutedAlert>();
        foreach (var alert in raised)
        {
            if (alert.DeviceId is { } device && causes.TryGetValue(device, out var cause))
            {
                Mark(alert, cause, hushed: true);
            }
            else if (alert.DeviceId is { } silent && unclear.TryGetValue(silent, out var due))
            {
                if (alert.IsOpen)
                {
                    _held[alert.EventId] = due;
                }
                else
                {
                    Mark(alert, null, hushed: true);
                }
            }
            else
            {
                others.Add(alert);
            }
        }
        return others;
    }

    RoutedAlert Decide(RoutedAlert alert, Dictionary<Guid, RoutedAlert> flapTold, Dictionary<Guid, bool> flaps)
    {
        if (alert.IsMuted || alert.IsHealed)
        {
            return alert with { IsSilent = true };
        }
        if (flapTold.TryGetValue(alert.AlertId, out var last))
        {
            var tells = !flaps[alert.AlertId] && last.EventId == alert.EventId;
            alert = alert with { Quiet = _marks.GetValueOrDefault(alert.AlertId)?.Cause };
            return tells ? alert with { IsSilent = false, Body = Flapping(alert.Body) } : alert with { IsSilent = true };
        }
        var mark = _marks.GetValueOrDefault(alert.AlertId);
        return alert with
        {
            // The one that is told for an incident is part of it as well.
            Quiet = mark?.Cause ?? (mark?.IncidentId is { } incident ? new(SuppressedBy.Storm, incident, "") : null),
            IsSilent = alert.Kind switch
            {
                "resolved" => mark?.Hushed ?? alert.WasHushed,
                // Nor of what nobody was told yet, because people wait for the rule's script; what stands for an incident was told as such.
                "acknowledged" => mark is null ? alert.WasBy is not null || (alert.WasHushed && alert.Body.Incident is null) : mark.Cause is not null,
                _ => mark?.Hushed ?? false,
            },
        };
    }

    void Mark(RoutedAlert alert, SuppressionCause? cause, bool hushed, Guid? incident = null)
    {
        // Most alerts stay as they are, and need no word.
        if (_marks.ContainsKey(alert.AlertId) || cause is not null || hushed != alert.WasHushed || alert.WasBy is not null || alert.IncidentId != incident)
        {
            _marks[alert.AlertId] = new(alert.AlertId, cause, hushed, incident ?? (cause?.By == SuppressedBy.Flapping ? alert.IncidentId : null), cause is not null && alert.IsNews(cause));
        }
    }

    async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (_held.Count == 0)
        {
            return;
        }
        await using var command = new NpgsqlCommand("UPDATE alert_events e SET held_until = u.until FROM unnest($1, $2) AS u (id, until) WHERE e.id = u.id", connection)
        {
            Parameters = { new() { Value = _held.Keys.ToArray() }, new() { Value = _held.Values.Select(v => v.UtcDateTime).ToArray() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static NotificationBody Flapping(NotificationBody body) => body with
    {
        Title = body.Title.Length > 900 ? body.Title : $"Comes and goes: {body.Title}",
        Message = $"It changed {SuppressionLimits.FlapChanges} times or more within {SuppressionLimits.FlapTime.TotalMinutes:0} minutes. Nothing more is told of it until it has been calm for as long.\n\n{body.Message}",
    };
}
