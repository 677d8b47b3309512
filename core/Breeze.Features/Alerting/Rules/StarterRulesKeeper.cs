using Breeze.Core.Events;
using Breeze.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Breeze.Features.Alerting.Rules;

/// <summary>Gives each partner that has come the rules that everybody begins with, once: what they remove stays removed.</summary>
public sealed partial class StarterRulesKeeper(Database database, EventBus bus, TimeProvider time, ILogger<StarterRulesKeeper> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Answers how many partners got them.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var rules = StarterRules.All;
        await using var command = database.System.CreateCommand(
            """
            WITH fresh AS (INSERT INTO alert_settings (partner_id, starters_at) SELECT id, $1 FROM partners p WHERE NOT EXISTS (SELECT 1 FROM alert_settings s WHERE s.partner_id = p.id)
                ON CONFLICT DO NOTHING RETURNING partner_id),
            made AS (INSERT INTO alert_rules (id, partner_id, name, description, enabled, severity, condition, recovery, target, per, starter, created_at, updated_at)
                SELECT breeze_uuid7(), f.partner_id, n.name, n.description, n.enabled, n.severity, n.condition, n.recovery, n.target, n.per, n.key, $1, $1
                FROM fresh f CROSS JOIN unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) AS n (key, name, description, enabled, severity, condition, recovery, target, per)
                ON CONFLICT DO NOTHING RETURNING *),
            versions AS (INSERT INTO alert_rule_versions (rule_id, version, document, changed_at)
                SELECT id, 1, jsonb_build_object('name', name, 'description', description, 'enabled', enabled, 'severity', severity, 'condition', condition, 'recovery', recovery, 'target', target,
                    'per', per, 'title', '', 'message', '', 'runbook_url', '', 'reopen_minutes', 15), $1 FROM made)
            SELECT partner_id FROM fresh
            """);
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        Add(r => r.Key);
        Add(r => r.Name);
        Add(r => r.Description);
        Add(r => r.Enabled);
        Add(r => r.Severity);
        Add(r => r.Condition);
        Add(r => r.Recovery);
        Add(r => r.Target);
        Add(r => r.Per);
        var partners = new List<Guid>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                partners.Add(reader.GetGuid(0));
            }
        }
        foreach (var partner in partners)
        {
            bus.Publish(AlertTopics.Rules, partner.ToByteArray());
        }
        return partners.Count;

        void Add<T>(Func<StarterRule, T> value) => command.Parameters.Add(new() { Value = rules.Select(value).ToArray() });
    }

    [LoggerMessage(LogLevel.Warning, "New partners could not be given their first alert rules and will be in a moment: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
