using System.Diagnostics;
using Breeze.Core.Expressions;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>All partners' rules at one moment.</summary>
/// <param name="Partners">The rules in force.</param>
/// <param name="Unreadable">Rules whose condition cannot be read now, as when a plugin is gone: nothing is decided by them.</param>
sealed record RuleBook(IReadOnlyDictionary<Guid, RuleSet> Partners, IReadOnlySet<Guid> Unreadable)
{
    public static RuleBook Empty { get; } = new(new Dictionary<Guid, RuleSet>(), new HashSet<Guid>());
}

/// <summary>Reads rules and the devices that their expressions find.</summary>
sealed partial class RuleLoader(Database database, ExpressionEngine expressions, AlertConditions conditions, WindowLoader windows, ILogger logger)
{
    readonly Dictionary<string, DeviceSet> _sets = [];
    readonly HashSet<(Guid Rule, int Version)> _warned = [];
    string _mark = "";
    ExpressionCatalog? _catalog;

    /// <summary>The rules, when they or what they can say changed since the last time.</summary>
    public async Task<RuleBook?> LoadAsync(CancellationToken cancellationToken)
    {
        await using var context = AlertingDbContext.Create(database, AccessScope.System);
        var mark = await MarkAsync(cancellationToken);
        if (mark == _mark && ReferenceEquals(_catalog, expressions.Catalog))
        {
            return null;
        }
        var catalog = expressions.Catalog;
        var rules = await context.Rules.AsNoTracking().ToListAsync(cancellationToken);
        var overrides = rules.Where(r => r.ParentId is not null).ToLookup(r => r.ParentId!.Value);
        var (partners, unreadable) = (new Dictionary<Guid, RuleSet>(), new HashSet<Guid>());
        var used = new Dictionary<DeviceSet, HashSet<Guid>>();
        var looked = new Dictionary<Window, HashSet<Guid>>();
        foreach (var partner in rules.GroupBy(r => r.PartnerId))
        {
            List<CompiledRule> compiled = [];
            foreach (var rule in partner.Where(r => r.Enabled))
            {
                if (await CompileAsync(rule, overrides[rule.Id], used, looked, cancellationToken) is { } ready)
                {
                    compiled.Add(ready);
                }
                else
                {
                    unreadable.Add(rule.Id);
                }
            }
            partners[partner.Key] = new([.. compiled]);
        }
        foreach (var (text, set) in _sets.ToArray())
        {
            if (used.TryGetValue(set, out var askers))
            {
                set.AskFor(askers);
            }
            else
            {
                _sets.Remove(text);
            }
        }
        windows.Keep(looked);
        await RefreshAsync(_ => false, cancellationToken);
        (_mark, _catalog) = (mark, catalog);
        return new(partners, unreadable);
    }

    /// <summary>Asks which devices the expressions find: those that are new, and again those that are wanted. A set that cannot be read stays as it was.</summary>
    public async Task RefreshAsync(Func<DeviceSet, bool> isWanted, CancellationToken cancellationToken)
    {
        foreach (var set in _sets.Values.Where(s => !s.IsComplete || isWanted(s)).ToArray())
        {
            try
            {
                var began = Stopwatch.GetTimestamp();
                var parameters = expressions.Parameters();
                await using var command = database.System.CreateCommand($"SELECT d.id FROM devices d WHERE d.partner_id = ANY ({parameters.Add(set.Partners.ToArray())}) AND {set.Expression.ToSql(parameters)}");
                parameters.AddTo(command);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var devices = new HashSet<Guid>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    devices.Add(reader.GetGuid(0));
                }
                set.Replace(devices, Stopwatch.GetElapsedTime(began));
            }
            catch (Npgsql.PostgresException e) when (set.IsLoaded)
            {
                LogSet(logger, set.Expression.Text, e.MessageText);
            }
        }
    }

    async Task<CompiledRule?> CompileAsync(
        AlertRule rule, IEnumerable<AlertRule> overrides, Dictionary<DeviceSet, HashSet<Guid>> used, Dictionary<Window, HashSet<Guid>> looked, CancellationToken cancellationToken)
    {
        var condition = await conditions.ParseAsync(rule.Condition, cancellationToken);
        var recovery = string.IsNullOrWhiteSpace(rule.Recovery) ? null : await conditions.ParseAsync(rule.Recovery, cancellationToken);
        var target = string.IsNullOrWhiteSpace(rule.Target) ? null : await expressions.ParseAsync(rule.Target, cancellationToken);
        if ((condition.Error ?? recovery?.Error ?? target?.Error) is { } error)
        {
            if (_warned.Add((rule.Id, rule.Version)))
            {
                LogUnreadable(logger, rule.Name, rule.Id, error.Message);
            }
            return null;
        }
        return new(rule, condition.Condition!.Root, recovery?.Condition!.Root, overrides, SetOf, WindowOf, target?.Expression);

        DeviceSet SetOf(DeviceExpression expression)
        {
            ref var set = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_sets, expression.Text, out _);
            set ??= new(expression);
            if (!used.TryGetValue(set, out var partners))
            {
                used[set] = partners = [];
            }
            partners.Add(rule.PartnerId);
            return set;
        }

        Window WindowOf(WindowField field)
        {
            var window = windows.Of(field);
            if (!looked.TryGetValue(window, out var partners))
            {
                looked[window] = partners = [];
            }
            partners.Add(rule.PartnerId);
            return window;
        }
    }

    async Task<string> MarkAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("SELECT concat_ws(' ', count(*), sum(version), max(updated_at), max(id::text), count(*) FILTER (WHERE enabled)) FROM alert_rules");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(LogLevel.Warning, "The alert rule “{Name}” ({Rule}) is not evaluated: {Error}")]
    static partial void LogUnreadable(ILogger logger, string name, Guid rule, string error);

    [LoggerMessage(LogLevel.Warning, "The devices of `{Expression}` could not be read and stay as they were: {Error}")]
    static partial void LogSet(ILogger logger, string expression, string error);
}
