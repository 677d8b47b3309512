using System.Text.Json;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Breeze.Web.Identity;

namespace Breeze.Web.Api;

/// <summary>
/// The hot path's end in the web server. Nothing about a heartbeat is the request's own, so it needs no services of the request, and its address is plain enough
/// to be known without routing: see <see cref="UseHeartbeatLane"/>.
/// </summary>
sealed class HeartbeatEndpoint(AgentAuthentication authentication, HeartbeatService heartbeats)
{
    const int MaximumBody = 2 << 20;
    const string Before = "/api/v1/agents/";
    const string After = "/heartbeat";
    const int IdLength = 36;
    static readonly byte[] Nothing = """{"commands":[],"config_update":null,"upgrade_to":null}"""u8.ToArray();

    /// <summary>Reached by routing.</summary>
    public Task HandleAsync(HttpContext context) =>
        HandleAsync(context, Guid.TryParse(context.Request.RouteValues["id"] as string, out var id) ? id : Guid.Empty);

    /// <summary>
    /// Takes heartbeats before everything that other requests pass through, which costs as much as the rest of the work. What is written in any other way than
    /// agents write it goes on and is routed.
    /// </summary>
    public static void UseHeartbeatLane(WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<HeartbeatEndpoint>();
        app.Use(next => context => IdOf(context.Request) is { } id ? endpoint.HandleAsync(context, id) : next(context));
    }

    static Guid? IdOf(HttpRequest request)
    {
        var path = request.Path.Value.AsSpan();
        return path.Length == Before.Length + IdLength + After.Length && path.EndsWith(After, StringComparison.Ordinal) && path.StartsWith(Before, StringComparison.Ordinal)
            && HttpMethods.IsPost(request.Method) && Guid.TryParseExact(path.Slice(Before.Length, IdLength), "D", out var id) ? id : null;
    }

    /// <summary>Not cancelled when the agent hangs up: what it said is in the group already.</summary>
    async Task HandleAsync(HttpContext context, Guid deviceId)
    {
        if (await authentication.AuthenticateAsync(context, deviceId) is not { } agent || await AgentBody.ReadAsync(context, MaximumBody) is not { } pooled)
        {
            return;
        }
        HeartbeatResponse? response = null;
        try
        {
            TakenHeartbeat? queued;
            using (pooled)
            {
                queued = await heartbeats.TakeAsync(agent, pooled.Memory, ClientAddress.Of(context), CancellationToken.None);
            }
            if (queued is { } taken)
            {
                await taken.Stored;
                response = await heartbeats.AnswerAsync(agent, taken, CancellationToken.None);
            }
        }
        catch (JsonException e)
        {
            await AgentBody.MalformedAsync(context, e);
            return;
        }
        catch (Exception e) when (DatabaseFault.IsAbsence(e) || e is IOException or TimeoutException)
        {
            // The database is away: the agent keeps what it has and comes back.
        }
        if (response is null)
        {
            await ApiProblem.WriteUnavailableAsync(context, "overloaded", "Keep it; nothing of it is stored for certain.");
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (ReferenceEquals(response, HeartbeatService.Nothing))
        {
            context.Response.ContentLength = Nothing.Length;
            await context.Response.BodyWriter.WriteAsync(Nothing, CancellationToken.None);
            return;
        }
        await JsonSerializer.SerializeAsync(context.Response.Body, response, ProtocolJson.Default.HeartbeatResponse, CancellationToken.None);
    }
}
