using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using Breeze.Core.Remote;
using Breeze.Core.Remote.Consent;
using Breeze.Core.Transport;
using Breeze.Protocol;
using Breeze.Web.Api;

namespace Breeze.Web.Realtime;

/// <summary>One side's WebSocket of a remote session: passes on what may be passed on. A session outlives it when it is lost.</summary>
sealed class RemoteSocket(WebSocket socket, RemoteSide side, RemoteAdmission admission, RemoteLink link, RemoteSwitch remote, RemoteWatch watch, IceServers iceServers, TimeProvider time)
{
    const int MaximumFrame = RelayFrame.Maximum;

    /// <summary>More than a person does in a session; a device that says more is not believed.</summary>
    const int MaximumActivities = 20_000;

    /// <summary>Whoever ends the session writes to the audit log before they tell, which a busy database takes its time for.</summary>
    static readonly TimeSpan PatienceForTheLastFrame = TimeSpan.FromSeconds(10);

    static readonly byte[] Pong = JsonSerializer.SerializeToUtf8Bytes(new RemoteFrame(RemoteFrameTypes.Pong), ProtocolJson.Default.RemoteFrame);

    Guid _met;
    bool _hasEnded;
    int _activities;

    /// <summary>Until either side, the server or the rights end it.</summary>
    /// <param name="cut">Completes when the device is not served any more.</param>
    /// <param name="cancellationToken">Cancelled when the server stops or the socket is gone.</param>
    public async Task RunAsync(Task cut, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await WriteAsync(new(RemoteFrameTypes.Session) { Session = Offer(), Resume = admission.Resume }, ending.Token);
            link.Send(new(RemoteParcelKind.Hello, Self()));
            var sending = SendAsync(ending.Token);
            var receiving = ReceiveAsync(ending.Token);
            var watching = watch.RunAsync(admission, side, ending.Token);
            // A side that reads nothing keeps the sending waiting, so the link itself says when it broke.
            var first = await Task.WhenAny(sending, receiving, watching, link.Broken, cut);
            var reason = cancellationToken.IsCancellationRequested ? null
                : cut.IsCompleted ? RemoteEndings.Revoked
                : link.Broken.IsCompleted ? await link.Broken
                : first == watching ? await watching : null;
            // What a link between nodes lost is sent again over the next socket.
            if (reason is not (null or RemoteEndings.Lost or RemoteLink.Replaced))
            {
                await EndAsync(reason, null, null);
            }
            // The last frame says why; it comes by the link as everything does. Whoever looks may see in the database that the session is over before that.
            if (reason is not (null or RemoteEndings.Lost) && (_hasEnded || first == watching))
            {
                await Task.WhenAny(sending, Task.Delay(PatienceForTheLastFrame, time, CancellationToken.None));
            }
            await ending.CancelAsync();
            await Task.WhenAll(sending, receiving, watching).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The socket is gone; the session waits for the next.
        }
        finally
        {
            await LeaveAsync();
            await SocketEnd.CloseAsync(socket);
        }
    }

    async Task LeaveAsync()
    {
        try
        {
            if (!_hasEnded && await remote.LeftAsync(admission, side, CancellationToken.None))
            {
                link.Send(new(RemoteParcelKind.Away, []));
            }
        }
        catch (Exception e) when (DatabaseFault.IsAbsence(e))
        {
            // The sweeper sees that nobody has said for a while that this side is there.
        }
    }

    /// <summary>Which socket this is, and for the device which page looks on.</summary>
    byte[] Self()
    {
        var self = new byte[20];
        admission.LinkId.TryWriteBytes(self);
        BinaryPrimitives.WriteInt32BigEndian(self.AsSpan(16), admission.Viewer);
        return self;
    }

    Task EndAsync(string reason, string? message, Guid? by)
    {
        _hasEnded = true;
        return remote.EndAsync(admission.SessionId, reason, message, by, CancellationToken.None);
    }

    RemoteSessionOffer Offer() => new(admission.SessionId, admission.Kind, admission.Technician)
    {
        ViewOnly = admission.ViewOnly, Company = admission.Company, Device = admission.Device, Consent = admission.Consent, Recorded = admission.Recorded,
        Options = JsonElement.Parse(admission.Options), IceServers = iceServers.For(admission.SessionId, time.GetUtcNow()),
    };

    async Task SendAsync(CancellationToken cancellationToken)
    {
        await foreach (var parcel in link.ReadAllAsync(cancellationToken))
        {
            switch (parcel.Kind)
            {
                case RemoteParcelKind.Hello:
                    link.Send(new(RemoteParcelKind.Here, Self()));
                    await MeetAsync(parcel.Content, cancellationToken);
                    break;
                case RemoteParcelKind.Here:
                    await MeetAsync(parcel.Content, cancellationToken);
                    break;
                case RemoteParcelKind.Away:
                    _met = default;
                    await WriteAsync(new(RemoteFrameTypes.Away), cancellationToken);
                    break;
                case RemoteParcelKind.Text:
                    await socket.SendAsync(parcel.Content, WebSocketMessageType.Text, true, cancellationToken);
                    break;
                case RemoteParcelKind.Binary:
                    await socket.SendAsync(parcel.Content, WebSocketMessageType.Binary, true, cancellationToken);
                    break;
                case RemoteParcelKind.End:
                    await socket.SendAsync(parcel.Content, WebSocketMessageType.Text, true, cancellationToken);
                    return;
            }
        }
    }

    /// <summary>Tells this side of each socket of the other, once.</summary>
    async Task MeetAsync(byte[] other, CancellationToken cancellationToken)
    {
        if (other.Length != 20 || new Guid(other.AsSpan(0, 16)) is var id && id == _met)
        {
            return;
        }
        _met = id;
        await remote.StartedAsync(admission.SessionId, cancellationToken);
        await WriteAsync(new(RemoteFrameTypes.Peer) { Viewer = side == RemoteSide.Agent ? BinaryPrimitives.ReadInt32BigEndian(other.AsSpan(16)) : null }, cancellationToken);
    }

    async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[MaximumFrame];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                if (length == buffer.Length)
                {
                    await EndAsync(RemoteEndings.Flood, null, null);
                    return;
                }
                received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            var frame = buffer.AsSpan(0, length);
            switch (received.MessageType)
            {
                case WebSocketMessageType.Close:
                    return;
                case WebSocketMessageType.Binary when length > 0:
                    Note(frame[0] == RelayFrame.Message);
                    link.Send(new(RemoteParcelKind.Binary, frame.ToArray()));
                    break;
                case WebSocketMessageType.Text when !await TakeAsync(buffer.AsMemory(0, length)):
                    return;
            }
        }
    }

    /// <summary>Acts on a text frame; false when it was the last.</summary>
    async Task<bool> TakeAsync(ReadOnlyMemory<byte> json)
    {
        RemoteFrame? frame;
        try
        {
            frame = JsonSerializer.Deserialize(json.Span, ProtocolJson.Default.RemoteFrame);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await EndAsync(RemoteEndings.Closed, "One side sent what is no frame of a session. Bring the agent and the page up to date.", null);
            return false;
        }
        switch (frame?.Type)
        {
            case RemoteFrameTypes.Candidate:
            case RemoteFrameTypes.Offer when side == RemoteSide.Browser:
            case RemoteFrameTypes.Answer when side == RemoteSide.Agent:
                link.Send(new(RemoteParcelKind.Text, json.ToArray()));
                break;
            case RemoteFrameTypes.Transport when side == RemoteSide.Browser && frame.Transport is "direct" or "turn" or "relay":
                await remote.NoteTransportAsync(admission.SessionId, frame.Transport, CancellationToken.None);
                link.Send(new(RemoteParcelKind.Text, json.ToArray()));
                break;
            case RemoteFrameTypes.Active:
                Note(true);
                break;
            case RemoteFrameTypes.Ping when side == RemoteSide.Browser:
                link.Answer(Pong);
                break;
            case RemoteFrameTypes.Activity when side == RemoteSide.Agent && frame.Activity is { } activity && _activities <= MaximumActivities:
                // The last one says that there were more.
                await remote.NoteActivityAsync(admission.SessionId, _activities++ < MaximumActivities ? activity : new("more_not_kept", ""), CancellationToken.None);
                break;
            case RemoteFrameTypes.Consent when side == RemoteSide.Agent && RemoteConsentWords.Clean(frame.Consent) is { } consent:
                // Its first answer counts, and is said again to a page that comes later.
                if (consent.Answer != RemoteConsentWord.Asking)
                {
                    await remote.NoteConsentAsync(admission.SessionId, consent, CancellationToken.None);
                }
                link.Send(new(RemoteParcelKind.Text, JsonSerializer.SerializeToUtf8Bytes(new RemoteFrame(RemoteFrameTypes.Consent) { Consent = consent }, ProtocolJson.Default.RemoteFrame)));
                break;
            case RemoteFrameTypes.End when side == RemoteSide.Browser:
                await EndAsync(RemoteEndings.Closed, null, admission.UserId);
                return false;
            case RemoteFrameTypes.End:
                var word = frame.Reason is { Length: > 0 and <= 32 } given && given.All(c => char.IsAsciiLetterLower(c) || c == '_') ? given : RemoteEndings.Closed;
                await EndAsync(word, frame.Message is { Length: > 0 } said ? AgentText.Clean(said, 1000) : null, null);
                return false;
        }
        return true;
    }

    void Note(bool activity)
    {
        if (activity && side == RemoteSide.Browser)
        {
            watch.NoteActivity();
        }
    }

    Task WriteAsync(RemoteFrame frame, CancellationToken cancellationToken) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, ProtocolJson.Default.RemoteFrame), WebSocketMessageType.Text, true, cancellationToken);
}
