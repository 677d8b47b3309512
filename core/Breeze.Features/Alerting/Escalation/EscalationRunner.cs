using System.Text;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Notifying;

namespace Breeze.Features.Alerting.Escalation;

/// <summary>
/// Takes the steps of policies that are due. A step moves on in the transaction that writes whom it tells, so that it is taken once, whatever nodes do or die
/// in between; the notifications themselves are delivered at least once, as all are.
/// </summary>
public sealed class EscalationRunner(Database database, EventBus bus, TimeProvider time)
{
    /// <summary>Takes what is due; answers how many policies were looked at.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await EscalationQueries.ResumeAsync(connection, now, cancellationToken);
        var rows = await EscalationQueries.ClaimAsync(connection, now, cancellationToken);
        if (rows.Count == 0)
        {
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }
        var moves = rows.Select(r => (Row: r, Move: Hold(r, now))).ToList();
        var due = moves.Where(m => m.Move is null).Select(m => m.Row).ToList();
        var book = await EscalationBook.ReadAsync(database, [.. due.Select(r => r.PartnerId).Distinct()], [.. due.Select(r => r.Steps[r.Step])], now, cancellationToken);
        var calls = due.Select(r => (Row: r, Call: book.Call(r.Steps[r.Step], r.PartnerId, r.OrganizationId, r.SiteId))).ToList();
        var tellings = calls.SelectMany(c => c.Call.Targets.Select(t => (c.Row, BodyOf(c.Row, now), t))).ToList();
        var people = calls.SelectMany(c => c.Call.People.Select(p => (c.Row, p))).ToList();
        await EscalationQueries.MoveAsync(connection, [.. moves.Select(m => m.Move).OfType<EscalationMove>(), .. calls.Select(c => Next(c.Row, c.Call, now))], now, cancellationToken);
        if (tellings.Count > 0)
        {
            await EscalationQueries.TellAsync(connection, tellings, now, cancellationToken);
        }
        if (people.Count > 0)
        {
            await EscalationQueries.RingAsync(connection, people, now, cancellationToken);
        }
        if (calls.Count > 0)
        {
            await EscalationQueries.RecordAsync(connection, [.. calls.Select(c => (c.Row, LineOf(c.Row, c.Call)))], now, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        bus.Publish(AlertTopics.Notifications, []);
        foreach (var partner in due.Select(r => r.PartnerId).Distinct())
        {
            bus.Publish(AlertTopics.Partner(partner), Encoding.UTF8.GetBytes("""{"type":"alerts"}"""));
        }
        return rows.Count;
    }

    /// <summary>When something comes due by itself; null when nothing does.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT min(due_at) FROM alert_escalations WHERE ended_at IS NULL");
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime next ? new(next, TimeSpan.Zero) : null;
    }

    /// <summary>What becomes of it without telling anybody; null when somebody is to be told.</summary>
    static EscalationMove? Hold(EscalationRow row, DateTimeOffset now) =>
        row.Status == AlertStatus.Acknowledged ? new(row.Id, row.Step, row.Round, now, "acknowledged")
        : row.Status != AlertStatus.Firing ? new(row.Id, row.Step, row.Round, now, "resolved")
        // A policy that was shortened meanwhile is through.
        : row.Step >= row.Steps.Count ? new(row.Id, row.Step, row.Round, now, "policy")
        : row.SnoozedUntil > now ? new(row.Id, row.Step, row.Round, row.SnoozedUntil.Value)
        : row.IsSuppressed ? new(row.Id, row.Step, row.Round, now + EscalationLimits.Suppressed)
        : null;

    static EscalationMove Next(EscalationRow row, EscalationCall call, DateTimeOffset now) =>
        row.Step + 1 < row.Steps.Count ? new(row.Id, row.Step + 1, row.Round, call.Targets.Count == 0 ? now : now.AddMinutes(row.Steps[row.Step + 1].AfterMinutes))
        : row.Round < row.Repeats ? new(row.Id, 0, row.Round + 1, now.AddMinutes(row.RepeatMinutes))
        : new(row.Id, row.Step, row.Round, now, "exhausted");

    static NotificationBody BodyOf(EscalationRow row, DateTimeOffset now) => row.Step == 0 && row.Round == 0 ? row.Body : row.Body with
    {
        Message = $"Nobody has acknowledged this for {Math.Max(1, Math.Round((now - row.FiredAt).TotalMinutes)):0} min (“{row.Policy}”, step {row.Step + 1}{(row.Round > 0 ? $", round {row.Round + 1}" : "")}).\n\n{row.Body.Message}",
    };

    static string LineOf(EscalationRow row, EscalationCall call) =>
        $"“{row.Policy}”, step {row.Step + 1} of {row.Steps.Count}{(row.Round > 0 ? $", round {row.Round + 1}" : "")}: {call.Describe()}."
        + (call.Targets.Count > 0 ? "" : row.Step + 1 < row.Steps.Count ? " The next step follows at once." : row.Round < row.Repeats ? $" It begins again in {row.RepeatMinutes} min." : " There is no step left.");
}
