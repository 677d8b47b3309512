using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Core.Identity;
using Breeze.Core.Remote;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Breeze.Web.Api;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Breeze.Web.Realtime;

/// <summary>Where the two sides of a remote session come in.</summary>
sealed class RemoteDoor(RemoteSwitch remote, ScopeResolver resolver, AgentDirectory directory, WakeService wake, IceServers iceServers, IHostApplicationLifetime lifetime, TimeProvider time)
{
    const int MaximumProof = 100;

    static readonly TimeSpan PatienceForTheTicket = TimeSpan.FromSeconds(10);

    public async Task BrowserAsync(HttpContext context, Guid sessionId)
    {
        if (!context.WebSockets.IsWebSocketRequest || !IsOwnPage(context.Request))
        {
            await ApiProblem.WriteAsync(context, 400, "websocket_expected", "This is a WebSocket for pages of Breeze.", "Open it from a page of this server.");
            return;
        }
        // Before the answer has begun, after which no cookie is read any more.
        var signIn = await SignInOfAsync(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Ways());
        var admission = await JoinAsync(socket, context.RequestAborted) switch
        {
            { Ticket: { Length: > 0 and <= MaximumProof } ticket } => await remote.AdmitBrowserAsync(sessionId, ticket, context.RequestAborted),
            { Resume: { Length: > 0 and <= MaximumProof } resume } when signIn is { } by => await ResumeAsync(sessionId, resume, by, context.RequestAborted),
            _ => null,
        };
        await ServeAsync(socket, RemoteSide.Browser, admission, context.RequestAborted);
    }

    public async Task AgentAsync(HttpContext context, AgentEntry agent, string session)
    {
        var admission = Guid.TryParse(session, out var sessionId) && agent.IsTrusted ? await remote.AdmitAgentAsync(sessionId, agent.DeviceId, context.RequestAborted) : null;
        if (admission is null)
        {
            await ApiProblem.WriteAsync(context, 404, "remote_session_not_found", "There is no such session for this agent.", "It has ended, or was never this device's.");
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Ways());
        await ServeAsync(socket, RemoteSide.Agent, admission, context.RequestAborted);
    }

    /// <summary>Back after a lost connection: the same person, in the same sign-in, with the same rights as at first.</summary>
    async Task<RemoteAdmission?> ResumeAsync(Guid sessionId, string resume, Guid signIn, CancellationToken cancellationToken)
    {
        if (await remote.ReadmitBrowserAsync(sessionId, resume, signIn, cancellationToken) is not { } admission)
        {
            return null;
        }
        if (!await new RemoteWatch(remote, resolver, directory, time).HasRightsAsync(admission, cancellationToken))
        {
            await remote.EndAsync(sessionId, RemoteEndings.Revoked, null, null, CancellationToken.None);
            return null;
        }
        await remote.NoteResumedAsync(sessionId, CancellationToken.None);
        return admission;
    }

    /// <summary>The sign-in of whoever opens the socket: of a page by its cookie, of a program by its token.</summary>
    static async Task<Guid?> SignInOfAsync(HttpContext context)
    {
        if (context.Features.Get<AccessScope>()?.SessionId is { } session)
        {
            return session;
        }
        var cookie = await context.AuthenticateAsync(BreezeAuthentication.Cookie);
        return cookie.Succeeded && SessionClaims.TryRead(cookie.Principal, out _, out var signIn, out _) ? signIn : null;
    }

    async Task ServeAsync(WebSocket socket, RemoteSide side, RemoteAdmission? admission, CancellationToken aborted)
    {
        if (admission is null)
        {
            await RefuseAsync(socket, aborted);
            return;
        }
        await using var link = remote.Attach(admission, side);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watched = wake.OnCut(admission.DeviceId, () => cut.TrySetResult());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        await new RemoteSocket(socket, side, admission, link, remote, new RemoteWatch(remote, resolver, directory, time), iceServers, time).RunAsync(cut.Task, ending.Token);
    }

    /// <summary>The same for a wrong ticket, an old one and a session that is over: somebody who guesses learns nothing.</summary>
    static async Task RefuseAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            var frame = new RemoteFrame(RemoteFrameTypes.End) { Reason = "refused", Message = "The session is over, or this ticket is not good any more. Start a new session." };
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, true, cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Nobody is there to hear it.
        }
        await SocketEnd.CloseAsync(socket);
    }

    static async Task<RemoteFrame?> JoinAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(PatienceForTheTicket);
        var buffer = new byte[1024];
        try
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            return received is { MessageType: WebSocketMessageType.Text, EndOfMessage: true }
                && JsonSerializer.Deserialize(buffer.AsSpan(0, received.Count), ProtocolJson.Default.RemoteFrame) is { Type: RemoteFrameTypes.Join } join ? join : null;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a page of this very server opens the socket. Not the scheme: a proxy may have taken TLS off.</summary>
    static bool IsOwnPage(HttpRequest request) => Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value;

    static WebSocketAcceptContext Ways() => new() { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) };
}
