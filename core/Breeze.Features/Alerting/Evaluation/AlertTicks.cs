using Breeze.Core.Devices;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>
/// What no reading brings about: rules over what is known of devices, devices that fell silent, rules and devices that changed. One node does it for all; it
/// keeps nothing in memory from one tick to the next.
/// </summary>
sealed class AlertTicks(Database database, AlertEngine engine, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var book = engine.Book;
        await engine.DrainAsync(cancellationToken);
        await using var connection = await database.System.OpenConnectionAsync(cancellationToken);
        var alerts = await AlertLoader.ReadAsync(connection, "a.partner_id = ANY ($1)", book.Partners.Keys.ToArray(), now, cancellationToken);
        var devices = await DevicesAsync(connection, book, alerts.SelectMany(a => a).Where(a => a.Alert.Phase != AlertPhase.Idle).Select(a => a.Device), cancellationToken);
        var touched = new HashSet<Guid>();
        var machine = new AlertMachine(change =>
        {
            touched.Add(change.Device);
            engine.Writer.Add(change);
        });
        var evaluator = new DeviceEvaluator(machine);
        foreach (var (id, device) in devices)
        {
            if (!book.Partners.TryGetValue(device.Partner, out var rules))
            {
                continue;
            }
            var state = new DeviceState(id);
            state.Alerts.AddRange(alerts[id].Select(a => a.Alert));
            Sweep(state, device, rules, book, machine, now.ToUnixTimeMilliseconds());
            foreach (var rule in rules.Rules)
            {
                if (!rule.IsReady)
                {
                    continue;
                }
                if (!rule.IsOfReadings)
                {
                    evaluator.AtTick(state, device.Place, rule, now.ToUnixTimeMilliseconds(), device.IsOffline);
                }
                else if (device.IsOffline && rule.ConditionSets.Length > 0)
                {
                    machine.Step(state, device.Place, rule, new("", Array.ConvertAll(rule.Leaves, _ => Array.Empty<int>())), default, now.ToUnixTimeMilliseconds(), mayEnd: false);
                }
            }
        }
        await engine.DrainAsync(cancellationToken);
        engine.Claims.Publish(touched, everybody: true);
    }

    /// <summary>Ends what has no rule any more, or no device that it applies to; and of silent devices what only readings could go on with.</summary>
    static void Sweep(DeviceState state, TickDevice device, RuleSet rules, RuleBook book, AlertMachine machine, long nowMs)
    {
        foreach (var alert in state.Alerts.Where(a => a.Phase != AlertPhase.Idle && !book.Unreadable.Contains(a.RuleId)).ToArray())
        {
            var rule = rules.Find(alert.RuleId);
            var atMs = Math.Max(nowMs, alert.EvaluatedAtMs);
            if (rule is null)
            {
                machine.End(state, alert, null, atMs, "rule_changed", double.NaN);
            }
            else if (!rule.AppliesTo(state.Device, device.Place))
            {
                machine.End(state, alert, rule, atMs, "out_of_scope", double.NaN);
            }
            else if (device.IsOffline && rule.IsOfReadings && (rule.ConditionSets.Length == 0 || alert.Label.Length > 0) && alert.Phase == AlertPhase.Pending)
            {
                machine.End(state, alert, rule, atMs, null, double.NaN);
            }
        }
    }

    /// <summary>The devices that a rule without readings may concern, and those with something open.</summary>
    static async Task<Dictionary<Guid, TickDevice>> DevicesAsync(NpgsqlConnection connection, RuleBook book, IEnumerable<Guid> open, CancellationToken cancellationToken)
    {
        var wanted = open.ToHashSet();
        List<Guid> whole = [];
        List<Guid> silent = [];
        // Many partners' rules share them.
        HashSet<DeviceSet> sets = [];
        HashSet<WindowLeaf> windows = [];
        foreach (var (partner, rules) in book.Partners)
        {
            foreach (var rule in rules.Rules.Where(r => !r.IsOfReadings))
            {
                if (rule.HoldsOfNothing)
                {
                    whole.Add(partner);
                }
                sets.UnionWith(rule.ConditionSets);
                windows.UnionWith(rule.Windows);
            }
            if (Array.Exists(rules.Rules, r => r.IsOfReadings && r.ConditionSets.Length > 0))
            {
                silent.Add(partner);
            }
        }
        foreach (var set in sets)
        {
            wanted.UnionWith(set.Devices);
        }
        foreach (var leaf in windows)
        {
            wanted.UnionWith(leaf.Window.Devices.Where(device => Array.Exists(leaf.Window.Of(device), leaf.Meets)));
        }
        await using var command = new NpgsqlCommand(
            "SELECT id, partner_id, organization_id, site_id, status FROM devices WHERE id = ANY ($1) OR partner_id = ANY ($2) OR (partner_id = ANY ($3) AND status = 'offline')", connection)
        {
            Parameters = { new() { Value = wanted.ToArray() }, new() { Value = whole.ToArray() }, new() { Value = silent.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var devices = new Dictionary<Guid, TickDevice>();
        while (await reader.ReadAsync(cancellationToken))
        {
            devices[reader.GetGuid(0)] = new(reader.GetGuid(1), new(reader.GetGuid(2), reader.GetGuid(3)), reader.GetString(4) == DeviceStatus.Offline);
        }
        return devices;
    }

    sealed record TickDevice(Guid Partner, AgentPlace Place, bool IsOffline);
}
