using System.Buffers.Binary;
using System.Threading.Channels;
using Breeze.Core.Events;

namespace Breeze.Core.Remote;

/// <summary>
/// One side's end of a session on this node. What the other side sends arrives in order and whole, or the link says that it broke: between nodes it travels over Redis,
/// which may lose what it carries. Any number of senders, one reader.
/// </summary>
public sealed class RemoteLink : IAsyncDisposable
{
    /// <summary>More than two windows waiting means that somebody ignores them.</summary>
    const int MaximumWaiting = 4 << 20;

    /// <summary>What a frame costs beside its bytes, so that many small ones count.</summary>
    const int FrameCost = 64;

    readonly Channel<RemoteParcel> _incoming = Channel.CreateUnbounded<RemoteParcel>(new UnboundedChannelOptions { SingleReader = true });
    readonly EventBus _bus;
    readonly RemoteSwitch _switch;
    readonly Channel<byte[]> _subscription;
    readonly CancellationTokenSource _ending = new();
    readonly Task _listening;
    readonly TaskCompletionSource<string> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _sending = new();
    int _waiting;
    uint _sent;
    uint _received;

    bool _silent;

    internal RemoteLink(Guid sessionId, RemoteSide side, Guid id, EventBus bus, RemoteSwitch @switch)
    {
        (SessionId, Side, Id, _bus, _switch) = (sessionId, side, id, bus, @switch);
        _subscription = bus.Subscribe(TopicOf(sessionId, side), MaximumWaiting / FrameCost);
        _listening = ListenAsync();
    }

    public Guid SessionId { get; }

    public RemoteSide Side { get; }

    /// <summary>Of the socket that it is for.</summary>
    public Guid Id { get; }

    /// <summary>The reason when another socket of the same side has come instead.</summary>
    public const string Replaced = "replaced";

    RemoteSide Other => Side == RemoteSide.Browser ? RemoteSide.Agent : RemoteSide.Browser;

    /// <summary>What the other side sent, until the link ends.</summary>
    public IAsyncEnumerable<RemoteParcel> ReadAllAsync(CancellationToken cancellationToken) => Read(_incoming.Reader.ReadAllAsync(cancellationToken));

    /// <summary>Completes with one of <see cref="RemoteEndings"/> when the link cannot go on; never, while all is well.</summary>
    public Task<string> Broken => _broken.Task;

    /// <summary>To the other side, wherever its socket is.</summary>
    public void Send(RemoteParcel parcel)
    {
        lock (_sending)
        {
            if (_silent)
            {
                return;
            }
            if (_switch.Find(SessionId, Other) is { } here)
            {
                here.Take(parcel);
                return;
            }
            _bus.Publish(TopicOf(SessionId, Other), Framed(parcel, _sent++));
        }
    }

    /// <summary>To this side's own socket, in the order of what the other side sends.</summary>
    public void Answer(byte[] text) => Take(new(RemoteParcelKind.Text, text));

    public async ValueTask DisposeAsync()
    {
        _switch.Detach(this);
        _bus.Unsubscribe(TopicOf(SessionId, Side), _subscription);
        await _ending.CancelAsync();
        await _listening;
        _incoming.Writer.TryComplete();
        _ending.Dispose();
    }

    /// <summary>Another socket of this side is here: nothing more is heard of this one.</summary>
    internal void Silence()
    {
        lock (_sending)
        {
            _silent = true;
        }
        Break(Replaced);
    }

    internal void Take(RemoteParcel parcel)
    {
        if (Interlocked.Add(ref _waiting, parcel.Content.Length + FrameCost) > MaximumWaiting)
        {
            Break(RemoteEndings.Flood);
            return;
        }
        _incoming.Writer.TryWrite(parcel);
    }

    async IAsyncEnumerable<RemoteParcel> Read(IAsyncEnumerable<RemoteParcel> parcels)
    {
        await foreach (var parcel in parcels)
        {
            Interlocked.Add(ref _waiting, -(parcel.Content.Length + FrameCost));
            yield return parcel;
        }
    }

    async Task ListenAsync()
    {
        try
        {
            await foreach (var framed in _subscription.Reader.ReadAllAsync(_ending.Token))
            {
                if (framed.Length < 5 || framed[0] == (byte)RemoteParcelKind.Replaced && framed.Length != 21)
                {
                    continue;
                }
                var kind = (RemoteParcelKind)framed[0];
                if (kind == RemoteParcelKind.Replaced)
                {
                    if (new Guid(framed.AsSpan(5)) != Id)
                    {
                        Silence();
                        return;
                    }
                    continue;
                }
                var number = BinaryPrimitives.ReadUInt32BigEndian(framed.AsSpan(1));
                // A greeting starts the count: whoever sends it may have spoken before anybody was here to hear.
                if (kind is RemoteParcelKind.Hello or RemoteParcelKind.Here or RemoteParcelKind.End or RemoteParcelKind.Away)
                {
                    _received = number;
                }
                if (number != _received++)
                {
                    Break(RemoteEndings.Lost);
                    return;
                }
                Take(new(kind, framed[5..]));
            }
        }
        catch (OperationCanceledException)
        {
            // The socket is gone.
        }
    }

    void Break(string reason)
    {
        _broken.TrySetResult(reason);
        _incoming.Writer.TryComplete();
    }

    internal static string TopicOf(Guid sessionId, RemoteSide side) => Topics.Remote(sessionId, side == RemoteSide.Browser ? "browser" : "agent");

    internal static byte[] Framed(RemoteParcel parcel, uint number)
    {
        var framed = new byte[5 + parcel.Content.Length];
        framed[0] = (byte)parcel.Kind;
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), number);
        parcel.Content.CopyTo(framed, 5);
        return framed;
    }
}
