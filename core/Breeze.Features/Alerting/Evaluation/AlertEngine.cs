using System.Collections.Concurrent;
using System.Threading.Channels;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Conditions;
using Microsoft.Extensions.Logging;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>
/// Evaluates alert rules where readings arrive. What a device's alerts were before is read from the database at its first reading here; from then on a reading that
/// changes nothing costs a walk over a few numbers.
/// </summary>
public sealed partial class AlertEngine : IReadingObserver, IDisposable
{
    const int MaximumWaiting = 5_000;
    readonly ConcurrentDictionary<Guid, DeviceState> _devices = new();
    readonly Channel<DeviceState> _unknown = Channel.CreateUnbounded<DeviceState>();
    readonly SemaphoreSlim _loading = new(1);
    readonly SemaphoreSlim _ruling = new(1);
    readonly List<DeviceState> _batch = [];
    readonly DeviceEvaluator _evaluator;
    readonly AlertLoader _loader;
    readonly RuleLoader _rules;
    readonly WindowLoader _windows;
    readonly TimeProvider _time;
    RuleBook _book = RuleBook.Empty;
    DateTimeOffset _looked;

    public AlertEngine(Database database, EventBus bus, ExpressionEngine expressions, AlertConditions conditions, TimeProvider time, ILogger<AlertEngine> logger)
    {
        Writer = new(database, bus, logger);
        Claims = new(bus);
        _evaluator = new(new(Writer.Add));
        _loader = new(database, time);
        _windows = new(database, expressions, logger);
        _rules = new(database, expressions, conditions, _windows, logger);
        _time = time;
        _looked = time.GetUtcNow();
    }

    internal AlertWriter Writer { get; }

    internal DeviceClaims Claims { get; }

    internal RuleBook Book => Volatile.Read(ref _book);

    internal ChannelReader<DeviceState> Unknown => _unknown.Reader;

    public void Observe(AgentEntry agent, Reading? reading, IReadOnlyList<Reading>? more)
    {
        if ((reading is null && more is null) || !Book.Partners.ContainsKey(agent.PartnerId))
        {
            return;
        }
        var state = _devices.GetOrAdd(agent.DeviceId, static id => new DeviceState(id));
        lock (state)
        {
            if (state.IsOwned && state.Hearing is not null && state.Hearing == Claims.Hearing)
            {
                EvaluateAll(state, agent, reading, more);
            }
            else
            {
                state.IsOwned = false;
                Wait(state, agent, reading, more);
            }
        }
    }

    /// <summary>Reads the rules again when they changed.</summary>
    internal async Task LoadRulesAsync(CancellationToken cancellationToken)
    {
        await _ruling.WaitAsync(cancellationToken);
        try
        {
            if (await _rules.LoadAsync(cancellationToken) is not { } book)
            {
                return;
            }
            var before = Book;
            Volatile.Write(ref _book, book);
            foreach (var state in _devices.Values)
            {
                // Of those whose partner had no rules, readings went by unseen.
                if (state.Agent is { } agent && (!before.Partners.ContainsKey(agent.PartnerId) || !book.Partners.ContainsKey(agent.PartnerId)))
                {
                    Forget(state);
                }
            }
        }
        finally
        {
            _ruling.Release();
        }
    }

    internal Task RefreshSetsAsync(CancellationToken cancellationToken) => RefreshSetsAsync(_ => true, cancellationToken);

    /// <summary>The same where it is due.</summary>
    internal Task RefreshDueSetsAsync(CancellationToken cancellationToken) => RefreshSetsAsync(s => !s.Rests, cancellationToken);

    async Task RefreshSetsAsync(Func<DeviceSet, bool> isWanted, CancellationToken cancellationToken)
    {
        await _ruling.WaitAsync(cancellationToken);
        try
        {
            await _rules.RefreshAsync(isWanted, cancellationToken);
        }
        finally
        {
            _ruling.Release();
        }
    }

    /// <summary>Asks what stored readings say.</summary>
    internal Task RefreshWindowsAsync(CancellationToken cancellationToken) => _windows.RefreshAsync(cancellationToken);

    /// <summary>The same where it is due.</summary>
    internal Task RefreshDueWindowsAsync(bool slow, CancellationToken cancellationToken) => _windows.RefreshDueAsync(slow, cancellationToken);

    /// <summary>Forgets the devices that others claimed, and those whose alerts a person has resolved.</summary>
    internal void ApplyClaims()
    {
        foreach (var device in Claims.Read())
        {
            Forget(device);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var device in await _loader.ResolvedByPeopleAsync(_looked.AddSeconds(-10), cancellationToken))
        {
            Forget(device);
        }
        _looked = now;
    }

    /// <summary>Reads what the database has of the devices that readings wait for, and evaluates those.</summary>
    internal async Task LoadDevicesAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                while (_batch.Count < AlertLoader.AtOnce && _unknown.Reader.TryRead(out var state))
                {
                    _batch.Add(state);
                }
                if (_batch.Count == 0)
                {
                    return;
                }
                var hearing = Claims.Hearing;
                Claims.Publish([.. _batch.Select(s => s.Device)]);
                await DrainAsync(cancellationToken);
                await _loader.LoadAsync(_batch, Book, cancellationToken);
                foreach (var state in _batch)
                {
                    Take(state, hearing);
                }
                _batch.Clear();
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Stores what became of alerts. What the database has otherwise is read again at the device's next reading.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        foreach (var device in await Writer.DrainAsync(cancellationToken))
        {
            Forget(device);
        }
    }

    /// <summary>Until nothing is left to do, for whoever wants to see what came of it.</summary>
    internal async Task SettleAsync(CancellationToken cancellationToken)
    {
        ApplyClaims();
        await LoadDevicesAsync(cancellationToken);
        await DrainAsync(cancellationToken);
    }

    public void Dispose()
    {
        Claims.Dispose();
        _loading.Dispose();
        _ruling.Dispose();
    }

    void Forget(Guid device)
    {
        if (_devices.TryGetValue(device, out var state))
        {
            Forget(state);
        }
    }

    static void Forget(DeviceState state)
    {
        lock (state)
        {
            state.IsOwned = false;
        }
    }

    void Wait(DeviceState state, AgentEntry agent, Reading? reading, IReadOnlyList<Reading>? more)
    {
        state.Agent = agent;
        var isFirst = state.Waiting is null;
        state.Waiting ??= [];
        foreach (var one in more ?? [])
        {
            Add(one);
        }
        if (reading is { } newest)
        {
            Add(newest);
        }
        if (isFirst)
        {
            _unknown.Writer.TryWrite(state);
        }

        void Add(in Reading one)
        {
            if (state.Waiting.Count < MaximumWaiting)
            {
                state.Waiting.Add(one with { Values = [.. one.Values] });
            }
        }
    }

    void Take(DeviceState state, long? hearing)
    {
        lock (state)
        {
            (state.IsOwned, state.Hearing) = (true, hearing);
            var waiting = state.Waiting ?? [];
            state.Waiting = null;
            waiting.Sort(static (a, b) => a.AtMs.CompareTo(b.AtMs));
            EvaluateAll(state, state.Agent!, null, waiting);
        }
    }

    void EvaluateAll(DeviceState state, AgentEntry agent, Reading? reading, IReadOnlyList<Reading>? more)
    {
        state.Agent = agent;
        if (!Book.Partners.TryGetValue(agent.PartnerId, out var rules))
        {
            return;
        }
        for (var i = 0; i < (more?.Count ?? 0); i++)
        {
            var one = more![i];
            if (reading is { } early && early.AtMs < one.AtMs)
            {
                _evaluator.AtReading(state, agent.Place, rules, early);
                reading = null;
            }
            _evaluator.AtReading(state, agent.Place, rules, one);
        }
        if (reading is { } last)
        {
            _evaluator.AtReading(state, agent.Place, rules, last);
        }
    }
}
