using System.Text;
using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Healing;

/// <summary>
/// Runs the scripts of rules and follows what becomes of them. A command is queued in the transaction that says so of its run: whatever a node dies of, no firing has its script run twice. One node
/// looks at a time.
/// </summary>
public sealed class HealingRunner(Database database, WakeService wake, EventBus bus, IAuditLog audit, TimeProvider time)
{
    /// <summary>Looks at what waits and what runs; answers of how many the state changed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        if (!await HealingQueries.AnyAsync(connection, cancellationToken))
        {
            return 0;
        }
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await HealingQueries.TryLockAsync(connection, cancellationToken))
        {
            return 0;
        }
        var ends = await HealingQueries.EndedAsync(connection, cancellationToken);
        ends.AddRange(await HealingQueries.ExpiredAsync(connection, now, cancellationToken));
        await HealingQueries.EndAsync(connection, ends, now, cancellationToken);
        var (commands, skipped) = (new List<HealingCommand>(), new List<HealingEnd>());
        var taken = new HashSet<(Guid, Guid, string)>();
        foreach (var row in await HealingQueries.PendingAsync(connection, now, cancellationToken))
        {
            if (Refusal(row) is { } reason)
            {
                skipped.Add(HealingEnd.Skipped(row.Id, row.PartnerId, reason));
            }
            // A second one for the same is counted in the next look.
            else if (taken.Add((row.RuleId, row.DeviceId, row.Label)))
            {
                commands.Add(HealingCommand.Of(row, now));
            }
        }
        await HealingQueries.EndAsync(connection, skipped, now, cancellationToken);
        ends.AddRange(skipped);
        var queued = await HealingQueries.QueueAsync(connection, commands, now, cancellationToken);
        commands.RemoveAll(c => !queued.Contains(c.Row.Id));
        await HealingQueries.WaitAsync(connection, cancellationToken);
        // Before the commit: rather an entry too many than a run without one.
        foreach (var command in commands)
        {
            await RecordAsync(command, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        Tell(ends, commands);
        return ends.Count + commands.Count;
    }

    void Tell(List<HealingEnd> ends, List<HealingCommand> commands)
    {
        if (commands.Count > 0)
        {
            wake.Wake([.. commands.Select(c => c.Row.DeviceId)]);
        }
        if (ends.Count > 0)
        {
            // What waited for them may be told.
            bus.Publish(AlertTopics.Events, []);
        }
        foreach (var partner in ends.Select(e => e.PartnerId).Concat(commands.Select(c => c.Row.PartnerId)).Distinct())
        {
            bus.Publish(AlertTopics.Partner(partner), Encoding.UTF8.GetBytes("""{"type":"alerts"}"""));
        }
    }

    /// <summary>Why it does not run after all; null when it does.</summary>
    static string? Refusal(HealingRow row) =>
        row.AlertStatus is not (Inbox.AlertStatus.Firing or Inbox.AlertStatus.Acknowledged) ? "It was over before the script could run."
        : row.Action is null ? "The rule was switched off, or runs no script any more."
        : row.DeviceStatus == DeviceStatus.Maintenance ? "The device is in maintenance."
        : row.IsSuppressed ? "Nobody is told of the alert any more."
        : row.DeviceStatus == DeviceStatus.Offline ? "The device is offline."
        : row.DeviceStatus == DeviceStatus.Quarantined ? "The device is in quarantine."
        : row.IsClosed ? "The device's organization is suspended or closed."
        : row.Runs >= row.Action.AtMostPerHour ? $"It ran {(row.Runs == 1 ? "once" : $"{row.Runs} times")} within the last hour, as often as the rule allows."
        : null;

    /// <summary>The server acts, for the rule and for whoever saved it as it is.</summary>
    Task RecordAsync(HealingCommand command, CancellationToken cancellationToken)
    {
        var row = command.Row;
        return audit.WriteAsync(AccessScope.System, new AuditRecord("alert_rule.script_started", "device", row.DeviceId.ToString())
        {
            PartnerId = row.PartnerId, OrganizationId = row.OrganizationId,
            Detail = JsonSerializer.Serialize(new
            {
                rule_id = row.RuleId, rule = row.Rule, version = row.RuleVersion, saved_by = row.SavedBy, saved_by_name = row.SavedByName, alert_id = row.AlertId, command_id = command.CommandId,
                runtime = row.Action!.Runtime,
            }),
        }, cancellationToken);
    }
}
