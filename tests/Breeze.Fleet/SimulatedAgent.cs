using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Breeze.Agent.Server;
using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>
/// An agent as the server sees one: heartbeats in the dense form that keep what could not be delivered, inventory, commands that it runs once each, and
/// results that it repeats until they are confirmed. One heartbeat is under way at a time.
/// </summary>
sealed class SimulatedAgent(DeviceModel model, Guid id, string token, int index, FleetOptions options, ConnectionPool connections, FleetStatistics statistics)
{
    const int MaximumBacklog = 500;
    const int SamplesPerHeartbeat = 50;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Guid, CommandResult?> _commands = new(1, 1);
    readonly List<MetricSample> _backlog = [];
    readonly List<long> _acknowledged = [];
    readonly Backoff _backoff = new(FirstPause, Backoff.Cap, new DiceRandom(model));
    string _token = token;
    string _configVersion = "";
    bool _layoutKnown;
    bool _inventorySent;
    int _inventoryRound;
    int _seenMark;
    long _nextReading;

    public Guid Id => id;
    public int Index => index;
    public DeviceModel Model => model;
    public string Token => _token;
    public bool IsInContact { get; private set; }
    public int IntervalSeconds { get; private set; } = options.IntervalSeconds ?? 60;

    /// <summary>The times of the readings that the server has said are stored, when they are asked for.</summary>
    public IReadOnlyList<long> Acknowledged => _acknowledged;

    /// <summary>Sends a heartbeat with all that waits; answers how long to wait before the next.</summary>
    public async Task<TimeSpan> BeatAsync(CancellationToken cancellationToken)
    {
        Read();
        try
        {
            var wasInContact = IsInContact;
            var pause = await HeartbeatAsync(cancellationToken);
            if (IsInContact)
            {
                await RepeatResultsAsync(cancellationToken);
                if (options.Inventory && !_inventorySent && wasInContact)
                {
                    await SendInventoryAsync(cancellationToken);
                }
            }
            return pause;
        }
        catch (Exception e) when (AgentErrors.IsBreak(e))
        {
            statistics.Error(AgentErrors.Word(e));
            return Failed(0, null);
        }
    }

    public void Accept(AgentCommand command, CancellationToken cancellationToken)
    {
        if (_commands.TryAdd(command.Id, null))
        {
            statistics.Command();
            _ = RunAsync(command, cancellationToken);
        }
    }

    /// <summary>At every interval, however often it tries to send.</summary>
    void Read()
    {
        if (_nextReading > Stopwatch.GetTimestamp())
        {
            return;
        }
        _nextReading = Stopwatch.GetTimestamp() + (long)(IntervalSeconds * 0.85 * Stopwatch.Frequency);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var values = new List<double?>(model.Layout.Names.Count);
        model.Read(now, values);
        _backlog.Insert(0, new MetricSample(now, model.Layout.Id, values));
        if (_backlog.Count > MaximumBacklog)
        {
            _backlog.RemoveAt(_backlog.Count - 1);
        }
    }

    async Task<TimeSpan> HeartbeatAsync(CancellationToken cancellationToken)
    {
        var sending = _backlog.Take(SamplesPerHeartbeat).ToList();
        List<Guid> running = [.. _commands.Where(c => c.Value is null).Select(c => c.Key)];
        var heartbeat = new HeartbeatRequest
        {
            Status = "ok",
            AgentVersion = "1.0.0",
            SentAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            ConfigVersion = _configVersion,
            Layouts = _layoutKnown ? null : [model.Layout],
            Samples = sending,
            Running = running.Count > 0 ? running : null,
        };
        var content = JsonSerializer.SerializeToUtf8Bytes(heartbeat, ProtocolJson.Default.HeartbeatRequest);
        var start = Stopwatch.GetTimestamp();
        var response = await connections.SendAsync("POST", $"api/v1/agents/{id}/heartbeat", _token, content, cancellationToken);
        if (!response.IsSuccess)
        {
            statistics.Error(AgentErrors.Word("heartbeat", response));
            return Failed(response.Status, response.RetryAfter);
        }
        var answer = JsonSerializer.Deserialize(response.Body, ProtocolJson.Default.HeartbeatResponse)!;
        statistics.Heartbeat(Stopwatch.GetElapsedTime(start).TotalMilliseconds, ref _seenMark);
        IsInContact = true;
        _backoff.Reset();
        _layoutKnown = answer.UnknownLayouts is null;
        if (_layoutKnown)
        {
            _backlog.RemoveRange(0, sending.Count);
            if (options.AcknowledgedPath is not null)
            {
                _acknowledged.AddRange(sending.Select(s => s.At));
            }
        }
        _token = answer.AuthToken ?? _token;
        if (answer.ConfigUpdate is { } config)
        {
            _configVersion = config.ConfigVersion;
            IntervalSeconds = options.IntervalSeconds ?? config.HeartbeatIntervalSeconds;
        }
        foreach (var command in answer.Commands)
        {
            Accept(command, cancellationToken);
        }
        if (options.InventoryChanges && model.Chance(0.002))
        {
            _inventoryRound++;
            _inventorySent = false;
        }
        return answer.Commands.Count >= 20 || (_layoutKnown && _backlog.Count > 0) ? TimeSpan.Zero : TimeSpan.FromSeconds(IntervalSeconds * (0.9 + (0.2 * model.Random())));
    }

    TimeSpan Failed(int status, TimeSpan? retryAfter)
    {
        IsInContact = false;
        return status is 401 or 403 or 404 ? _backoff.AtCap(retryAfter) : _backoff.Next(retryAfter, Backoff.CapFor(TimeSpan.FromSeconds(IntervalSeconds)));
    }

    async Task SendInventoryAsync(CancellationToken cancellationToken)
    {
        foreach (var (kind, document) in model.Inventory(_inventoryRound))
        {
            var response = await connections.SendAsync("PUT", $"api/v1/agents/{id}/inventory/{kind}", _token, document, cancellationToken);
            if (!response.IsSuccess)
            {
                statistics.Error(AgentErrors.Word("inventory", response));
                return;
            }
        }
        _inventorySent = true;
    }

    async Task RunAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var startedAt = DateTimeOffset.UtcNow;
        var fails = model.Chance(options.FailingShare);
        var seconds = options.CommandSeconds is { } least ? least * (1 + model.Random()) : 0.02 + model.Random() * 0.3;
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        var result = new CommandResult(fails ? "failed" : "completed", fails ? 1 : 0, $"{model.Hostname} ran {command.Type}\n", fails ? "It did not work out.\n" : "")
        {
            StartedAt = startedAt.ToUnixTimeMilliseconds(),
            FinishedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        _commands[command.Id] = result;
        try
        {
            await SendResultAsync(command.Id, result, cancellationToken);
        }
        catch (Exception e) when (AgentErrors.IsBreak(e) || cancellationToken.IsCancellationRequested)
        {
            statistics.Error($"result {AgentErrors.Word(e)}");
        }
    }

    async Task RepeatResultsAsync(CancellationToken cancellationToken)
    {
        foreach (var (command, result) in _commands)
        {
            if (result is not null)
            {
                await SendResultAsync(command, result, cancellationToken);
            }
        }
    }

    async Task SendResultAsync(Guid command, CommandResult result, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.CommandResult);
        var response = await connections.SendAsync("POST", $"api/v1/agents/{id}/commands/{command}/result", _token, content, cancellationToken);
        if (!response.IsSuccess)
        {
            statistics.Error(AgentErrors.Word("result", response));
        }
        else if (_commands.TryRemove(command, out _))
        {
            statistics.Result();
        }
    }
}
