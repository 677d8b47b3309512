using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;
using Breeze.WebRtc.Turn;

namespace Breeze.WebRtc.Tests.Turn;

/// <summary>A server that behaves as a test says, where a proper one would not.</summary>
sealed class FakeTurnServer : IAsyncDisposable
{
    public const string User = "user";
    public const string Password = "password";
    public const string Realm = "fake";
    public static readonly byte[] Key = StunKey.LongTerm(User, Realm, Password);
    public static readonly IPEndPoint Relay = new(IPAddress.Loopback, 9999);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly Func<StunMessage, IPEndPoint, StunBuilder?> _answer;
    readonly Task _running;

    /// <param name="answer">Makes the answer to a request; null leaves it to the usual behaviour.</param>
    public FakeTurnServer(Func<StunMessage, IPEndPoint, StunBuilder?>? answer = null)
    {
        _answer = answer ?? ((_, _) => null);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _running = Task.Run(RunAsync);
    }

    public string Nonce { get; set; } = "first";
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;
    public IPEndPoint? Client { get; private set; }
    public ConcurrentQueue<StunMessage> Requests { get; } = [];
    public BlockingCollection<byte[]> ChannelData { get; } = [];
    public IceServerAddress Address => new(IceServerKind.TurnUdp, "127.0.0.1", EndPoint.Port, User, Password);

    public int Count(StunMethod method) => Requests.Count(r => r.Method == method && r.Class == StunClass.Request);

    public static StunBuilder Refuse(StunMessage request, int code) => new StunBuilder(StunClass.Error, request.Method, request.Id).AddError(code, "");

    public StunBuilder Challenge(StunMessage request, int code) => Refuse(request, code).Add(StunAttribute.Realm, Realm).Add(StunAttribute.Nonce, Nonce);

    public static StunBuilder Allocated(StunMessage request, IPEndPoint from, uint lifetime = 600) =>
        new StunBuilder(StunClass.Success, request.Method, request.Id).Add(StunAttribute.XorRelayedAddress, Relay).Add(StunAttribute.XorMappedAddress, from).Add(StunAttribute.Lifetime, lifetime);

    public void Send(ReadOnlySpan<byte> message) => _socket.SendTo(message, Client!);

    StunBuilder? Usual(StunMessage request, IPEndPoint from)
    {
        if (request.Class != StunClass.Request)
        {
            return null;
        }
        if (!request.IsSignedWith(Key))
        {
            return Challenge(request, 401);
        }
        if (request.Text(StunAttribute.Nonce, 100) != Nonce)
        {
            return Challenge(request, 438);
        }
        return request.Method is StunMethod.Allocate or StunMethod.Refresh
            ? Allocated(request, from).Sign(Key)
            : new StunBuilder(StunClass.Success, request.Method, request.Id).Sign(Key);
    }

    async Task RunAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                Client = (IPEndPoint)read.RemoteEndPoint;
                var datagram = buffer.AsSpan(0, read.ReceivedBytes);
                if (TurnChannelData.TryRead(datagram, out _, out _))
                {
                    ChannelData.Add(datagram.ToArray());
                }
                else if (StunMessage.TryParse(datagram, out var request))
                {
                    Requests.Enqueue(request);
                    if ((_answer(request, Client) ?? Usual(request, Client)) is { } answer)
                    {
                        _socket.SendTo(answer.Build(), Client);
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _running;
        ChannelData.Dispose();
    }
}
