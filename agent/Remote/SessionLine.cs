using System.Net.WebSockets;
using Breeze.Protocol;

namespace Breeze.Agent.Remote;

/// <summary>A session's way to its server: one socket after the other, for as long as the server waits for the next.</summary>
/// <param name="first">Has been joined.</param>
/// <param name="connect">Joins once more: null when the server does not want this session any more. Throws when it cannot be reached.</param>
/// <param name="time">The clock.</param>
sealed class SessionLine(SessionSocket first, Func<CancellationToken, Task<SessionSocket?>> connect, TimeProvider time) : IDisposable
{
    /// <summary>How long a session lives without its device; the server counts the same.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromSeconds(60);

    static readonly double[] Pauses = [0.2, 0.5, 1, 2, 3, 5];

    readonly Lock _gate = new();
    SessionSocket? _socket = first;
    TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsAway
    {
        get
        {
            lock (_gate)
            {
                return _socket is null;
            }
        }
    }

    /// <summary>Sends when there is a socket. A frame that went with a socket is lost.</summary>
    public async ValueTask SendAsync(RemoteFrame frame, CancellationToken cancellationToken)
    {
        while (true)
        {
            SessionSocket? socket;
            Task back;
            lock (_gate)
            {
                (socket, back) = (_socket, _back.Task);
            }

            if (socket is not null)
            {
                await socket.SendAsync(frame, cancellationToken);
                return;
            }

            await back.WaitAsync(cancellationToken);
        }
    }

    /// <summary>After the loss of a socket: the next one; null when there will be none.</summary>
    public async Task<SessionSocket?> AgainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = null;
        }

        var lost = time.GetTimestamp();
        for (var attempt = 0; time.GetElapsedTime(lost) < Grace; attempt++)
        {
            await Task.Delay(TimeSpan.FromSeconds(Pauses[Math.Min(attempt, Pauses.Length - 1)]), time, cancellationToken);
            try
            {
                var socket = await connect(cancellationToken);
                if (socket is not null)
                {
                    Take(socket);
                }

                return socket;
            }
            catch (Exception error) when (error is WebSocketException or HttpRequestException or IOException or TimeoutException
                || error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The server is away or restarting, or the network is.
            }
        }

        return null;
    }

    public void Abort()
    {
        lock (_gate)
        {
            _socket?.Abort();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = null;
            _back.TrySetCanceled(CancellationToken.None);
        }
    }

    void Take(SessionSocket socket)
    {
        lock (_gate)
        {
            _socket = socket;
            _back.TrySetResult();
            _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
