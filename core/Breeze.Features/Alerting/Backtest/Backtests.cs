using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Features.Alerting.Rules;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Features.Alerting.Backtest;

/// <summary>Says when and where a rule would have fired, by telling its evaluation the stored readings once more. Reads what the asker sees, and writes nothing.</summary>
public sealed class Backtests(Database database, LayoutStore layouts, ExpressionEngine expressions, AlertConditions conditions, RuleCheck check, TimeProvider time) : IDisposable
{
    public const int MostDevices = 500;
    public const int MostShown = 500;
    const int UsualDays = 7;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Each keeps a core busy, and heartbeats want theirs.
    readonly SemaphoreSlim _atOnce = new(2);

    public async Task<BacktestOutcome> RunAsync(AccessScope scope, BacktestAsk ask, CancellationToken cancellationToken)
    {
        if (ask.Days is < 1 or > BacktestAsk.MostDays)
        {
            return new(null, RuleProblem.Of("days", "days_invalid", $"days lies between 1 and {BacktestAsk.MostDays}."));
        }
        if (scope.PartnerId is not { } partner)
        {
            return new(null, RuleProblem.Of("organization_id", "partner_missing", "Rules belong to a partner; ask as somebody of one."));
        }
        var rule = new AlertRule { Id = Guid.CreateVersion7(), PartnerId = partner, OrganizationId = ask.OrganizationId, SiteId = ask.SiteId, Enabled = true, Version = 1 };
        var change = new AlertRuleChange
        {
            Name = "Back-test", Severity = AlertSeverity.Warning, Condition = ask.Condition ?? "", Recovery = ask.Recovery ?? "", Target = ask.Target ?? "", Per = ask.Per ?? AlertPer.Series,
            ReopenMinutes = ask.ReopenMinutes ?? 15,
        };
        if (await check.ApplyAsync(rule, change, cancellationToken) is { } problem)
        {
            return new(null, problem);
        }
        if (await PlaceAsync(scope, ask, cancellationToken) is { } misplaced)
        {
            return new(null, misplaced);
        }
        await _atOnce.WaitAsync(cancellationToken);
        try
        {
            return new(await RunAsync(scope, rule, ask.Days ?? UsualDays, cancellationToken), null);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public void Dispose() => _atOnce.Dispose();

    async Task<RuleProblem?> PlaceAsync(AccessScope scope, BacktestAsk ask, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext(scope);
        return ask.OrganizationId is null ? ask.SiteId is null ? null : RuleProblem.Of("site_id", "organization_missing", "Name the site's organization as well.")
            : !await context.Organizations.AnyAsync(o => o.Id == ask.OrganizationId, cancellationToken) ? new(Refusal.NotFound("organization"), "organization_id")
            : ask.SiteId is { } site && !await context.Sites.AnyAsync(s => s.Id == site && s.OrganizationId == ask.OrganizationId, cancellationToken) ? new(Refusal.NotFound("site"), "site_id")
            : null;
    }

    async Task<BacktestAnswer> RunAsync(AccessScope scope, AlertRule rule, int days, CancellationToken cancellationToken)
    {
        var to = time.GetUtcNow();
        var from = to.AddDays(-days);
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        var (devices, total) = await DevicesAsync(connection, rule, cancellationToken);
        List<DeviceSet> sets = [];
        List<Window> windows = [];
        var condition = (await conditions.ParseAsync(rule.Condition, cancellationToken)).Condition!;
        var recovery = rule.Recovery.Length == 0 ? null : (await conditions.ParseAsync(rule.Recovery, cancellationToken)).Condition;
        var compiled = new CompiledRule(rule, condition.Root, recovery?.Root, [], SetOf, WindowOf, null);
        List<string> notes = [];
        if (sets.Count > 0)
        {
            notes.Add("What is known of devices, such as tags, services, log entries or whether they check in, has no history here and counts as it is now.");
        }
        if (windows.Exists(w => w.Field.Kind == WindowKind.Baseline))
        {
            notes.Add("`baseline` is not replayed: those parts count as not met.");
        }
        var replay = new Replay(compiled, windows, from);
        if (!compiled.IsOfReadings && windows.TrueForAll(w => w.Field.Kind == WindowKind.Baseline))
        {
            notes.Add("Nothing in this condition is measured in a way that can be replayed.");
            return replay.Answer(to, 0, total, notes);
        }
        foreach (var set in sets)
        {
            await LoadAsync(connection, set, [.. devices.Select(d => d.Id)], cancellationToken);
        }
        var readings = await ReplayReadings.OpenAsync(connection, layouts, scope.PartnerId!.Value, to, cancellationToken);
        if (readings.RawSince > from)
        {
            notes.Add($"Readings are kept since {readings.RawSince:yyyy-MM-dd}; before, 5-minute means are looked at.");
        }
        var looked = 0;
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            foreach (var device in devices)
            {
                replay.Begin(device);
                await readings.ReadAsync(device.Id, from - replay.Past, to, replay.Take, either.Token);
                replay.End();
                looked++;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            replay.Abandon();
        }
        if (looked < total)
        {
            notes.Add($"{looked} of {total} devices were looked at, chosen by chance: {(looked < devices.Count ? "as many as ten seconds allow" : $"at most {MostDevices} are")}.");
        }
        return replay.Answer(to, looked, total, notes);

        DeviceSet SetOf(DeviceExpression expression)
        {
            var set = new DeviceSet(expression);
            sets.Add(set);
            return set;
        }

        Window WindowOf(WindowField field)
        {
            var window = new Window(field);
            window.Replace([rule.PartnerId], [], TimeSpan.Zero);
            windows.Add(window);
            return window;
        }
    }

    async Task<(List<ReplayDevice> Devices, int Total)> DevicesAsync(NpgsqlConnection connection, AlertRule rule, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        var where = "true";
        where += rule.OrganizationId is { } organization ? $" AND d.organization_id = {parameters.Add(organization)}" : "";
        where += rule.SiteId is { } site ? $" AND d.site_id = {parameters.Add(site)}" : "";
        where += rule.Target.Length > 0 && (await expressions.ParseAsync(rule.Target, cancellationToken)).Expression is { } target ? $" AND {target.ToSql(parameters)}" : "";
        await using var command = new NpgsqlCommand(
            $"""
            WITH found AS MATERIALIZED (SELECT d.id, d.organization_id, d.site_id, coalesce(d.display_name, d.hostname) AS name FROM devices d WHERE {where})
            SELECT id, organization_id, site_id, name, (SELECT count(*) FROM found)::integer FROM found ORDER BY md5(id::text) LIMIT {MostDevices}
            """, connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (devices, total) = (new List<ReplayDevice>(), 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            devices.Add(new(reader.GetGuid(0), new(reader.GetGuid(1), reader.GetGuid(2)), reader.GetString(3)));
            total = reader.GetInt32(4);
        }
        return (devices, total);
    }

    async Task LoadAsync(NpgsqlConnection connection, DeviceSet set, Guid[] devices, CancellationToken cancellationToken)
    {
        var parameters = expressions.Parameters();
        await using var command = new NpgsqlCommand($"SELECT d.id FROM devices d WHERE d.id = ANY ({parameters.Add(devices)}) AND {set.Expression.ToSql(parameters, SqlReach.Each)}", connection);
        parameters.AddTo(command);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(reader.GetGuid(0));
        }
        set.Replace(found, TimeSpan.Zero);
    }
}
