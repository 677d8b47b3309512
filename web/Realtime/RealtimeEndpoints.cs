using Breeze.Core.Devices;
using Breeze.Core.Events;
using Breeze.Core.Queue;
using Breeze.Core.Transport;
using Breeze.Web.Api;
using Breeze.Web.Identity;

namespace Breeze.Web.Realtime;

static class RealtimeEndpoints
{
    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        routes.Map("/ws/agents/{id:guid}", AgentAsync).WithMetadata(new AgentEndpointAttribute()).ExcludeFromDescription();
        // The ticket in the first frame says who it is.
        routes.Map("/ws/remote/{sessionId:guid}", (HttpContext context, Guid sessionId, RemoteDoor remote) => remote.BrowserAsync(context, sessionId)).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task AgentAsync(
        HttpContext context, AgentAuthentication authentication, WakeService wake, LivePresence presence, IDeviceQueue queue, EventBus bus, OutputTail outputs, RemoteDoor remote,
        TimeProvider time, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        if (await authentication.AuthenticateAsync(context) is not { } agent)
        {
            return;
        }
        if (!context.WebSockets.IsWebSocketRequest || context.Request.Headers.Origin.Count > 0)
        {
            // Agents are no browsers; a page that got hold of a token must not get further with it.
            await ApiProblem.WriteAsync(context, 400, "websocket_expected", "This is a WebSocket for agents.", "Connect with a WebSocket client, without an Origin.");
            return;
        }
        if (context.Request.Query.TryGetValue("session", out var session))
        {
            await remote.AgentAsync(context, agent, session.ToString());
            return;
        }
        // The agents ask whether the server is there, and the kernel whether they are: a timer and a ping of ours for each would cost more than all heartbeats.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var channel = new AgentSocket(agent, socket, queue, bus, outputs, time, loggers.CreateLogger<AgentSocket>());
        wake.Attach(agent.DeviceId, channel);
        try
        {
            await presence.OpenedAsync(agent, context.RequestAborted);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await channel.RunAsync(ending.Token);
        }
        catch (Exception e) when (DatabaseFault.IsAbsence(e))
        {
            // The agent connects again, and by then the database may be back.
        }
        finally
        {
            if (wake.Detach(agent.DeviceId, channel))
            {
                await CloseAsync(presence, agent);
            }
        }
    }

    static async Task CloseAsync(LivePresence presence, AgentEntry agent)
    {
        try
        {
            await presence.ClosedAsync(agent, CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFault.IsAbsence(e))
        {
            // The page shows the channel as open until the agent opens the next one.
        }
    }
}
