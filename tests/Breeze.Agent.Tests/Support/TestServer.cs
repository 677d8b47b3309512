using System.Net.WebSockets;
using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Tests.Support;

/// <summary>A small server that speaks the agent protocol, and whose faults a test decides.</summary>
sealed class TestServer : IAsyncDisposable
{
    public const string Key = "the-key";
    volatile string _token = "the-token";
    volatile string? _nextToken;

    readonly WebApplication _app;
    readonly Dictionary<Guid, AgentCommand> _queue = [];
    readonly Dictionary<string, byte[]> _packages = [];
    AgentConfig _config = new() { ConfigVersion = "1", HeartbeatIntervalSeconds = 5 };
    WebSocket? _channel;

    TestServer(WebApplication app) => _app = app;

    public PackageSigner Publisher { get; } = PackageSigner.Generate();

    public Observed Events { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public Guid AgentId { get; } = Guid.NewGuid();

    public List<EnrollRequest> Enrolments { get; } = [];

    public List<HeartbeatRequest> Heartbeats { get; } = [];

    /// <summary>In the order in which they arrived, with the layout's names resolved.</summary>
    public List<MetricSample> Samples { get; } = [];

    public Dictionary<string, MetricLayout> Layouts { get; } = [];

    public List<(Guid Id, CommandResult Result)> Results { get; } = [];

    public List<(string Kind, string Document)> Inventory { get; } = [];

    public List<ChannelMessage> Messages { get; } = [];

    public List<RemotePeer> Sessions { get; } = [];

    public int PackageRequests { get; private set; }

    public int RefusedResults { get; private set; }

    public int RefusedHeartbeats { get; private set; }

    /// <summary>Answers everything with 503.</summary>
    public volatile bool IsDown;

    /// <summary>Answers results with 503.</summary>
    public volatile bool RefusesResults;

    /// <summary>Leaves commands in the queue after their result, as a server does that has lost it.</summary>
    public volatile bool ForgetsResults;

    public static async Task<TestServer> StartAsync(bool wakeChannel = true, params Func<PackageSigner, TestPackage>[] plugins)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new TestServer(builder.Build());
        server._app.UseWebSockets();
        server.Map();
        await server._app.StartAsync();
        server.Configure(config => config with { WakeChannel = wakeChannel }, [.. plugins.Select(plugin => plugin(server.Publisher))]);
        return server;
    }

    public void Configure(Func<AgentConfig, AgentConfig> change, params TestPackage[] plugins) => Events.Change(() =>
    {
        foreach (var plugin in plugins)
        {
            _packages[plugin.Assignment.Hash] = plugin.Content;
        }

        _config = change(_config with
        {
            ConfigVersion = (int.Parse(_config.ConfigVersion) + 1).ToString(),
            Plugins = [.. plugins.Select(plugin => plugin.Assignment)],
            TrustedKeys = [Trusted(Publisher)],
        });
    });

    public static PublisherKey Trusted(PackageSigner signer) =>
        new(signer.PublicKey.KeyId, Convert.ToBase64String(signer.PublicKey.SubjectPublicKeyInfo.Span));

    public Guid Queue(string type, string payload, int timeout = 60)
    {
        var command = Command(type, payload, timeout);
        Queue(command);
        return command.Id;
    }

    /// <summary>Every heartbeat brings it until its result has come.</summary>
    public void Queue(AgentCommand command) => Events.Change(() => _queue[command.Id] = command);

    public static AgentCommand Command(string type, string payload, int timeout = 60) =>
        new(Guid.NewGuid(), type, JsonElement.Parse(payload), timeout);

    public static string Script(string content, string runtime = "bash") =>
        $$"""{"runtime":"{{runtime}}","content":{{JsonSerializer.Serialize(content)}}}""";

    public async Task SendAsync(ChannelMessage message)
    {
        var channel = await Events.WhenAsync("the wake channel", () => _channel);
        await channel.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.ChannelMessage), WebSocketMessageType.Text, true, default);
    }

    public Task<CommandResult> ResultAsync(Guid id, int seconds = 60) =>
        Events.WhenAsync($"the result of {id}", () => Results.FirstOrDefault(result => result.Id == id).Result, seconds);

    public Task<PluginReport> PluginAsync(string id, Func<PluginReport, bool> condition) => Events.WhenAsync(
        $"the report on {id}",
        () => Heartbeats.LastOrDefault(beat => beat.Plugins is not null)?.Plugins!.FirstOrDefault(plugin => plugin.Id == id && condition(plugin)));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Publisher.Dispose();
    }

    /// <summary>Offers the agent its next token until it uses it; from then on no other works.</summary>
    public void Rotate(string token) => _nextToken = token;

    public string Token => _token;

    bool TakesNext(HttpContext context)
    {
        if (_nextToken is not { } next || context.Request.Headers.Authorization != $"Bearer {next}")
        {
            return false;
        }
        Events.Change(() => (_token, _nextToken) = (next, null));
        return true;
    }

    void Map()
    {
        _app.Use(async (context, next) =>
        {
            if (IsDown)
            {
                Events.Change(() => RefusedHeartbeats += context.Request.Path.Value!.EndsWith("heartbeat", StringComparison.Ordinal) ? 1 : 0);
                context.Response.StatusCode = 503;
            }
            else if (!context.Request.Path.Value!.EndsWith("enroll", StringComparison.Ordinal)
                && context.Request.Headers.Authorization != $"Bearer {_token}" && !TakesNext(context))
            {
                await ProblemAsync(context, 401, "Unauthorized", "The token is not valid.");
            }
            else
            {
                await next();
            }
        });
        _app.MapPost("/api/v1/agents/enroll", EnrollAsync);
        _app.MapPost($"/api/v1/agents/{AgentId}/heartbeat", HeartbeatAsync);
        _app.MapPost($"/api/v1/agents/{AgentId}/commands/{{id:guid}}/result", ResultAsync);
        _app.MapPut($"/api/v1/agents/{AgentId}/inventory/{{kind}}", InventoryAsync);
        _app.MapGet($"/api/v1/agents/{AgentId}/plugins/{{hash}}", (string hash) =>
        {
            Events.Change(() => PackageRequests++);
            return PackageOf(hash);
        });
        _app.Map($"/ws/agents/{AgentId}", ChannelAsync);
    }

    IResult PackageOf(string hash) => Events.Read(() => _packages.GetValueOrDefault(hash)) is { } content
        ? TypedResults.Bytes(content, enableRangeProcessing: true)
        : TypedResults.NotFound();

    async Task EnrollAsync(HttpContext context)
    {
        var request = (await JsonSerializer.DeserializeAsync(context.Request.Body, ProtocolJson.Default.EnrollRequest))!;
        if (request.EnrollmentKey != Key)
        {
            await ProblemAsync(context, 403, "Enrolment refused", "The key is used up.");
            return;
        }

        Events.Change(() => Enrolments.Add(request));
        context.Response.StatusCode = 201;
        await WriteAsync(context, new EnrollResponse(AgentId, _token, Events.Read(() => _config)), ProtocolJson.Default.EnrollResponse);
    }

    async Task HeartbeatAsync(HttpContext context)
    {
        var beat = (await JsonSerializer.DeserializeAsync(context.Request.Body, ProtocolJson.Default.HeartbeatRequest))!;
        var response = new HeartbeatResponse();
        Events.Change(() =>
        {
            foreach (var layout in beat.Layouts ?? [])
            {
                Layouts[layout.Id] = layout;
            }

            var unknown = (beat.Samples ?? []).Select(sample => sample.Layout).Where(id => !Layouts.ContainsKey(id)).Distinct().ToArray();
            Samples.AddRange((beat.Samples ?? []).Where(sample => Layouts.ContainsKey(sample.Layout)));
            Heartbeats.Add(beat);
            response = new HeartbeatResponse
            {
                Commands = [.. _queue.Values],
                ConfigUpdate = beat.ConfigVersion == _config.ConfigVersion ? null : _config,
                UnknownLayouts = unknown.Length == 0 ? null : unknown,
                AuthToken = _nextToken,
            };
        });
        await WriteAsync(context, response, ProtocolJson.Default.HeartbeatResponse);
    }

    async Task ResultAsync(HttpContext context)
    {
        var result = (await JsonSerializer.DeserializeAsync(context.Request.Body, ProtocolJson.Default.CommandResult))!;
        var id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        if (RefusesResults)
        {
            Events.Change(() => RefusedResults++);
            context.Response.StatusCode = 503;
            return;
        }

        Events.Change(() =>
        {
            Results.Add((id, result));
            if (!ForgetsResults)
            {
                _queue.Remove(id);
            }
        });
        await WriteAsync(context, new CommandResultResponse(false), ProtocolJson.Default.CommandResultResponse);
    }

    async Task InventoryAsync(HttpContext context, string kind)
    {
        using var reader = new StreamReader(context.Request.Body);
        var document = await reader.ReadToEndAsync();
        Events.Change(() => Inventory.Add((kind, document)));
    }

    async Task ChannelAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        if (Guid.TryParse(context.Request.Query["session"], out var session))
        {
            var peer = new RemotePeer(socket, session);
            Events.Change(() => Sessions.Add(peer));
            // The test reads and writes; this only keeps the request until the agent or the server is gone.
            await using var gone = context.RequestAborted.Register(() => peer.Over.TrySetResult());
            await peer.Over.Task;
            return;
        }

        Events.Change(() => _channel = socket);
        var buffer = new byte[512 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                WebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), context.RequestAborted);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var message = JsonSerializer.Deserialize(buffer.AsSpan(0, length), ProtocolJson.Default.ChannelMessage)!;
                Events.Change(() => Messages.Add(message));
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // The agent went away, which is what many tests are about.
        }

        Events.Change(() => _channel = _channel == socket ? null : _channel);
    }

    static Task ProblemAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync($$"""{"title":"{{title}}","status":{{status}},"detail":"{{detail}}","code":"test"}""");
    }

    static async Task WriteAsync<T>(HttpContext context, T content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(content, type));
    }
}
