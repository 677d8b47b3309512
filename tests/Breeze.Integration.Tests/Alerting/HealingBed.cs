using Breeze.Core.Auditing;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Healing;
using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A bed with a rule that runs a script, a channel that hears of everything, and a device that a test speaks for.</summary>
sealed class HealingBed(NotifyingBed bed, Guid rule) : IAsyncDisposable
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public NotifyingBed Bed => bed;

    public Guid Rule => rule;

    public HealingRunner Runner { get; } = NewRunner(bed);

    /// <summary>Another node of the same install.</summary>
    public static HealingRunner NewRunner(NotifyingBed bed, IAuditLog? audit = null) =>
        new(bed.Database, new WakeService(new AgentDirectory(bed.Database, TimeSpan.FromDays(30)), bed.Bus), bed.Bus, audit ?? new AuditLog(bed.Database, bed.Time), bed.Time);

    public static async Task<HealingBed> MakeAsync(PostgresFixture postgres, string when = RuleAction.Before, int perHour = 1)
    {
        var bed = await NotifyingBed.MakeAsync(postgres);
        await bed.AddRouteAsync("everything", [await bed.AddChannelAsync("a")]);
        var rule = await bed.AddRuleAsync("Web server is gone");
        var action = new RuleAction { Kind = RuleAction.ScriptKind, Runtime = "bash", Script = "systemctl restart nginx", TimeoutSeconds = 120, When = when, AtMostPerHour = perHour };
        await bed.ExecuteAsync("UPDATE alert_rules SET action = $2::jsonb WHERE id = $1", rule, action.ToJson());
        await bed.ExecuteAsync("INSERT INTO alert_rule_versions (rule_id, version, document, changed_by_name) VALUES ($1, 1, '{}', 'Ada Example')", rule);
        return new(bed, rule);
    }

    public Task<Guid> RaiseAsync() => bed.RaiseAsync("nginx does not answer", rule: rule);

    /// <summary>Routes, runs and delivers all that is due now; answers what was told, as event and message.</summary>
    public async Task<string[]> RunAsync()
    {
        var told = new List<string>();
        do
        {
            await bed.RunAsync();
            told.AddRange(bed.Told.Select(t => $"{t.Told.Event}: {t.Told.Message}"));
        }
        while (await Runner.RunAsync(Token) > 0);
        return [.. told];
    }

    public Task<string[]> AfterAsync(double seconds)
    {
        bed.Time.Now = bed.Time.Now.AddSeconds(seconds);
        return RunAsync();
    }

    /// <summary>As the queue does it when a device says that it has begun.</summary>
    public Task BeginAsync(Guid alert) => bed.ExecuteAsync(
        "UPDATE device_commands SET status = 'running', started_at = $2 WHERE id = (SELECT command_id FROM alert_actions WHERE alert_id = $1 AND state = 'queued')", alert, bed.Time.Now);

    /// <summary>As the queue does it when a device, or nobody, says how it ended.</summary>
    public Task EndAsync(Guid alert, int exitCode = 0, string stdout = "", string stderr = "", string status = "completed") => bed.ExecuteAsync(
        """
        WITH ended AS (
            UPDATE device_commands SET status = $2, finished_at = $3 WHERE id = (SELECT command_id FROM alert_actions WHERE alert_id = $1 AND state = 'queued') RETURNING id, device_id)
        INSERT INTO command_results (command_id, device_id, status, exit_code, stdout, stderr, received_at) SELECT id, device_id, $2, CASE WHEN $2 = 'completed' THEN $4 END, $5, $6, $3 FROM ended
        """, alert, status, bed.Time.Now, exitCode, stdout, stderr);

    /// <summary>The timeline's kinds, and what it says of scripts.</summary>
    public async Task<string> TimelineAsync(Guid alert) =>
        await bed.ReadAsync<string>("SELECT string_agg(kind, ',' ORDER BY at, id) FROM alert_events WHERE alert_id = $1", alert) ?? "";

    public Task<string?> StateAsync(Guid alert) =>
        bed.ReadAsync<string>("SELECT string_agg(trim(state || ' ' || reason), ',' ORDER BY created_at, id) FROM alert_actions WHERE alert_id = $1", alert);

    public ValueTask DisposeAsync() => bed.DisposeAsync();
}
