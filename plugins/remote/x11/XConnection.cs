using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Breeze.X11;

/// <summary>
/// A connection to an X display on this machine, by its socket and without its libraries: those end the process when the display goes away. Safe from any thread. Requests are
/// answered in order; what the display says by itself comes to <see cref="Events"/> on the thread that reads.
/// </summary>
sealed class XConnection : IDisposable
{
    const int Receive = 64 << 10;
    const int LargestReply = 256 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Socket _socket;
    readonly Lock _gate = new();
    readonly Dictionary<ushort, TaskCompletionSource<byte[]>> _waiting = [];
    readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly byte[] _buffer = new byte[Receive];
    int _start;
    int _end;
    ushort _sequence;
    uint _nextId;

    XConnection(Socket socket, byte[] key)
    {
        (_socket, ServerUser) = (socket, UserOf(socket));
        Setup = Join(key);
        new Thread(Read, maxStackSize: 256 * 1024) { IsBackground = true, Name = "x11-display" }.Start();
    }

    public XSetup Setup { get; }

    /// <summary>Completes when the display is gone, or we have left.</summary>
    public Task Lost => _lost.Task;

    /// <summary>What the display tells by itself: the 32 bytes of an event. Set before anything is asked for.</summary>
    public Action<byte[]>? Events { get; set; }

    /// <summary>The user id of the display's process.</summary>
    public int ServerUser { get; }

    /// <summary>Joins display <paramref name="number"/>; throws <see cref="XException"/> with words when it cannot.</summary>
    /// <param name="number">Of <c>:0</c>, zero.</param>
    /// <param name="key">What lets us in; may be empty.</param>
    /// <param name="user">Whose display it has to be, if not root's; anybody can listen under a display's name, and would get the key. Null for any.</param>
    public static XConnection Open(int number, byte[] key, int? user = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.ReceiveTimeout = socket.SendTimeout = (int)Patience.TotalMilliseconds;
            Connect(socket, $"/tmp/.X11-unix/X{number}");
            if (user is not null && UserOf(socket) is not 0 and var listener && listener != user)
                throw new XException($"The display :{number} belongs to somebody else than who is signed in.");
            return new(socket, key);
        }
        catch (Exception fault)
        {
            socket.Dispose();
            throw fault is SocketException ? new XException($"The display :{number} does not answer: {fault.Message}.") : fault;
        }
    }

    /// <summary>The user id of whoever listens on a display's socket.</summary>
    static int UserOf(Socket socket)
    {
        const int SocketLevel = 1, PeerCredentials = 17;
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == 12 ? BinaryPrimitives.ReadInt32LittleEndian(credentials[4..]) : -1;
    }

    public uint NewId()
    {
        lock (_gate)
            return Setup.IdBase | (_nextId++ & Setup.IdMask);
    }

    /// <summary>Sends a request that has no answer. What the display refuses of it, it says in an event that nobody needs; a lost display shows at <see cref="Lost"/>.</summary>
    public void Send(scoped ReadOnlySpan<byte> request)
    {
        lock (_gate)
            Write(request);
    }

    /// <summary>Sends a request and waits for its answer; throws <see cref="XException"/> when it is refused or the display is gone.</summary>
    public ReadOnlySpan<byte> Ask(scoped ReadOnlySpan<byte> request)
    {
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lost.Task.IsCompleted)
                throw new XException("The display is gone.");
            // Before it is sent, as the answer may come at once.
            _waiting[(ushort)(_sequence + 1)] = answer;
            Write(request);
        }
        if (!answer.Task.Wait(Patience))
            throw new XException("The display does not answer.");
        return answer.Task.Result is [1, ..] bytes ? bytes : throw new XException($"The display refused request {request[0]}.{request[1]} with error {answer.Task.Result[1]}.");
    }

    public uint Atom(string name) => Ask(new XRequest(stackalloc byte[64], 16).U16(name.Length).U16(0).Text(name).Done()).U32(8);

    /// <summary>An extension's number and that of its first event; null when the display has it not.</summary>
    public (byte Opcode, byte FirstEvent)? Extension(string name)
    {
        var answer = Ask(new XRequest(stackalloc byte[64], 98).U16(name.Length).U16(0).Text(name).Done());
        return answer[8] == 0 ? null : (answer[9], answer[10]);
    }

    public void Dispose()
    {
        // The thread that reads sees it and ends.
        _socket.Dispose();
        Finish();
    }

    static void Connect(Socket socket, string path)
    {
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // The same name without a file: a display whose /tmp is not ours.
            socket.Connect(new UnixDomainSocketEndPoint("\0" + path));
        }
    }

    XSetup Join(byte[] key)
    {
        var protocol = Encoding.ASCII.GetBytes(key.Length == 0 ? "" : XAuthority.Protocol);
        var hello = new byte[12 + ((protocol.Length + 3) & ~3) + ((key.Length + 3) & ~3)];
        hello[0] = (byte)'l';
        hello[2] = 11;
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(6), (ushort)protocol.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(8), (ushort)key.Length);
        protocol.CopyTo(hello, 12);
        key.CopyTo(hello, 12 + ((protocol.Length + 3) & ~3));
        SendAll(hello);
        ReadOnlySpan<byte> head = Take(8);
        var (accepted, reason) = (head[0] == 1, head[1]);
        var body = Take(head.U16(6) * 4);
        if (!accepted)
            throw new XException($"The display does not let the agent in: {Encoding.Latin1.GetString(body, 0, Math.Min(reason, body.Length)).Trim()}.");
        _socket.ReceiveTimeout = 0;
        return XSetup.Read(body);
    }

    void Write(ReadOnlySpan<byte> request)
    {
        _sequence++;
        try
        {
            SendAll(request);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The thread that reads finds it as well; closing makes it do so now.
            _socket.Dispose();
        }
    }

    void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    void Read()
    {
        try
        {
            while (true)
            {
                var message = Take(32);
                ReadOnlySpan<byte> head = message;
                // A reply and a generic event say how much follows.
                if (message[0] is 1 or 35 && head.U32(4) is > 0 and var more)
                {
                    if (more > LargestReply / 4)
                        return;
                    var rest = Take((int)more * 4);
                    message = [.. message, .. rest];
                }
                if (message[0] > 1)
                    Events?.Invoke(message);
                else if (Waiting(head.U16(2)) is { } answer)
                    answer.TrySetResult(message);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or XException)
        {
            // The display is gone, or we have left; whoever waits is told.
        }
        finally
        {
            _socket.Dispose();
            Finish();
        }
    }

    TaskCompletionSource<byte[]>? Waiting(ushort sequence)
    {
        lock (_gate)
            return _waiting.Remove(sequence, out var answer) ? answer : null;
    }

    void Finish()
    {
        lock (_gate)
        {
            _lost.TrySetResult();
            foreach (var answer in _waiting.Values)
                answer.TrySetResult([0, 0]);
            _waiting.Clear();
        }
    }

    byte[] Take(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end)
            {
                // What is large goes where it belongs at once.
                if (count - filled >= Receive)
                {
                    filled += Some(_socket.Receive(bytes.AsSpan(filled)));
                    continue;
                }
                (_start, _end) = (0, Some(_socket.Receive(_buffer)));
            }
            var piece = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, piece).CopyTo(bytes.AsSpan(filled));
            (_start, filled) = (_start + piece, filled + piece);
        }
        return bytes;
    }

    static int Some(int received) => received > 0 ? received : throw new XException("The display has closed the connection.");
}
