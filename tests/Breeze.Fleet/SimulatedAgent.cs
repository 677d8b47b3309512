using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>
/// An agent as the server sees one: heartbeats in the dense form that keep what could not be delivered, inventory, commands that it runs once each, and
/// results that it repeats until they are confirmed. One heartbeat is under way at a time.
/// </summary>
sealed class SimulatedAgent(DeviceModel model, Guid id, string token, int index, FleetOptions options, HttpClient client, FleetStatistics statistics)
{
    const int MaximumBacklog = 500;
    const int SamplesPerHeartbeat = 50;

    readonly ConcurrentDictionary<Guid, CommandResult?> _commands = new();
    readonly List<MetricSample> _backlog = [];
    string _token = token;
    string _configVersion = "";
    bool _layoutKnown;
    bool _inventorySent;
    int _inventoryRound;
    int _failures;

    public Guid Id => id;
    public int Index => index;
    public DeviceModel Model => model;
    public string Token => _token;
    public bool IsInContact { get; private set; }
    public int IntervalSeconds { get; private set; } = options.IntervalSeconds ?? 60;

    /// <summary>Sends a heartbeat with all that waits; answers how long to wait before the next.</summary>
    public async Task<TimeSpan> BeatAsync(CancellationToken cancellationToken)
    {
        Read();
        try
        {
            if (!_inventorySent && IsInContact)
            {
                await SendInventoryAsync(cancellationToken);
            }
            await RepeatResultsAsync(cancellationToken);
            return await HeartbeatAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            statistics.Error(e is TaskCanceledException ? "time-out" : "unreachable");
            return Failed(null);
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

    void Read()
    {
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
        var start = Stopwatch.GetTimestamp();
        using var response = await SendAsync(HttpMethod.Post, $"api/v1/agents/{id}/heartbeat", JsonSerializer.SerializeToUtf8Bytes(heartbeat, ProtocolJson.Default.HeartbeatRequest), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            statistics.Error($"heartbeat {(int)response.StatusCode}");
            return Failed(response.Headers.RetryAfter?.Delta);
        }
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = (await JsonSerializer.DeserializeAsync(body, ProtocolJson.Default.HeartbeatResponse, cancellationToken))!;
        statistics.Heartbeat(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        IsInContact = true;
        _failures = 0;
        _layoutKnown = answer.UnknownLayouts is null;
        if (_layoutKnown)
        {
            _backlog.RemoveRange(0, sending.Count);
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
        return answer.Commands.Count >= 20 ? TimeSpan.Zero : TimeSpan.FromSeconds(IntervalSeconds);
    }

    /// <summary>Spreads over one interval at first and doubles from there, with full jitter; what the server says counts more.</summary>
    TimeSpan Failed(TimeSpan? retryAfter)
    {
        IsInContact = false;
        var cap = Math.Min(IntervalSeconds * Math.Pow(2, Math.Min(_failures++, 10)), 600);
        return (retryAfter ?? TimeSpan.Zero) + TimeSpan.FromSeconds(model.Random() * cap);
    }

    async Task SendInventoryAsync(CancellationToken cancellationToken)
    {
        foreach (var (kind, document) in model.Inventory(_inventoryRound))
        {
            using var response = await SendAsync(HttpMethod.Put, $"api/v1/agents/{id}/inventory/{kind}", document, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                statistics.Error($"inventory {(int)response.StatusCode}");
                return;
            }
        }
        _inventorySent = true;
    }

    async Task RunAsync(AgentCommand command, CancellationToken cancellationToken)
    {
        var startedAt = DateTimeOffset.UtcNow;
        var fails = model.Chance(options.FailingShare);
        await Task.Delay(TimeSpan.FromMilliseconds(20 + model.Random() * 300), cancellationToken);
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
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            statistics.Error("result unreachable");
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
        using var response = await SendAsync(
            HttpMethod.Post, $"api/v1/agents/{id}/commands/{command}/result", JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.CommandResult), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            statistics.Error($"result {(int)response.StatusCode}");
        }
        else if (_commands.TryRemove(command, out _))
        {
            statistics.Result();
        }
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
    }
}
