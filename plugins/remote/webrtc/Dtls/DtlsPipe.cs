using Breeze.WebRtc.Sdp;
using Microsoft.Extensions.Logging;
using Org.BouncyCastle.Tls;

namespace Breeze.WebRtc.Dtls;

/// <summary>
/// DTLS 1.2 over the datagrams of ICE: the pipe that SCTP runs in (RFC 8261). The handshake and then the receiving run on a thread of
/// its own, because BouncyCastle blocks.
/// </summary>
sealed partial class DtlsPipe : IDatagramPipe
{
    /// <summary>So that with DTLS, UDP and IPv6 around it a packet stays under the 1,280 bytes that every way takes.</summary>
    public const int MaxDatagram = 1191;
    const int ReceiveMilliseconds = 1000;
    const int BufferSize = 2048;

    readonly DtlsDatagrams _datagrams;
    readonly ILogger _logger;
    readonly Lock _sending = new();
    readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<(DatagramHandler Received, Action Closed)> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile DtlsTransport? _transport;
    volatile bool _disposed;
    volatile bool _peerIsDone;
    int _closedCalled;

    /// <param name="send">Where records go: the ICE agent.</param>
    /// <param name="logger">Told of what ends the pipe.</param>
    public DtlsPipe(DatagramHandler send, ILogger logger)
    {
        _datagrams = new(send);
        _logger = logger;
    }

    public int MaxDatagramSize => MaxDatagram;

    /// <summary>Completes when the handshake is done; fails with an <see cref="IOException"/> that says why when it cannot be.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Completes when the pipe has ended; never fails.</summary>
    public Task Ended => _ended.Task;

    /// <summary>A datagram of DTLS from the peer.</summary>
    public void Deliver(ReadOnlySpan<byte> datagram)
    {
        // Once the peer sends data its handshake is over: what comes in the clear from then on is forged.
        if (DtlsRecords.AreSound(datagram, clear: !_peerIsDone))
        {
            _datagrams.Deliver(datagram);
        }
    }

    /// <summary>Begins the handshake. Called once, when datagrams can flow.</summary>
    public void Connect(bool client, DtlsCertificate own, IReadOnlyList<SdpFingerprint> peer)
    {
        var thread = new Thread(() => Run(client, own, peer)) { IsBackground = true, Name = "WebRTC DTLS" };
        thread.Start();
    }

    void Run(bool client, DtlsCertificate own, IReadOnlyList<SdpFingerprint> peer)
    {
        try
        {
            _transport = client
                ? new DtlsClientProtocol().Connect(new DtlsClient(own, peer), _datagrams)
                : new DtlsServerProtocol().Accept(new DtlsServer(own, peer), _datagrams);
            _connected.TrySetResult();
            Receive(_transport);
        }
        catch (Exception e)
        {
            if (!_disposed && !_datagrams.IsClosed)
            {
                LogEnded(_logger, e);
            }
            _connected.TrySetException(new IOException(_disposed ? "The connection was closed." : $"The DTLS handshake failed: {e.Message}", e));
            _ = _connected.Task.Exception;
        }
        finally
        {
            _datagrams.Close();
            _ended.TrySetResult();
            if (_started.Task.IsCompletedSuccessfully)
            {
                Call(_started.Task.Result.Closed);
            }
        }
    }

    void Receive(DtlsTransport transport)
    {
        // Who reads comes right after the handshake; what arrives before waits in the queue.
        var handlers = _started.Task.GetAwaiter().GetResult();
        var buffer = new byte[BufferSize];
        while (!_datagrams.IsClosed)
        {
            var length = transport.Receive(buffer.AsSpan(), ReceiveMilliseconds);
            if (length >= 0)
            {
                _peerIsDone = true;
                try
                {
                    handlers.Received(buffer.AsSpan(0, length));
                }
                catch (Exception e)
                {
                    // What it was given came from the peer; one bad datagram must not end the rest.
                    LogHandler(_logger, e);
                }
            }
        }
    }

    public void Start(DatagramHandler received, Action closed)
    {
        if (!_started.TrySetResult((received, closed)))
        {
            throw new InvalidOperationException("A pipe is started once.");
        }
        if (_ended.Task.IsCompleted)
        {
            Call(closed);
        }
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (_transport is not { } transport || _disposed || datagram.Length is 0 or > MaxDatagram)
        {
            return;
        }
        try
        {
            lock (_sending)
            {
                transport.Send(datagram);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The pipe has ended meanwhile; its end is told where it is received.
        }
    }

    void Call(Action closed)
    {
        if (Interlocked.Exchange(ref _closedCalled, 1) != 0)
        {
            return;
        }
        try
        {
            closed();
        }
        catch (Exception e)
        {
            LogHandler(_logger, e);
        }
    }

    /// <summary>Says goodbye to the peer and ends; without a handshake it just ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return ValueTask.CompletedTask;
        }
        var transport = _transport;
        _disposed = true;
        try
        {
            lock (_sending)
            {
                transport?.Close();
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Already over.
        }
        _datagrams.Close();
        _started.TrySetResult((_ => { }, () => { }));
        if (!_connected.Task.IsCompleted && transport is null)
        {
            _connected.TrySetException(new IOException("The connection was closed."));
            _ = _connected.Task.Exception;
        }
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "DTLS ended")]
    static partial void LogEnded(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "What received a datagram failed")]
    static partial void LogHandler(ILogger logger, Exception exception);
}
