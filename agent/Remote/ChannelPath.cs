using System.Threading.Channels;

namespace Breeze.Agent.Remote;

/// <summary>One way that a session's frames go for a while: the relay through the server, or a plugin's transport. Its state is the channel's, and kept under its lock.</summary>
/// <param name="send">Sends one frame, in order.</param>
sealed class ChannelPath(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send)
{
    readonly Channel<bool> _woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    LinkedListNode<byte[]>? _next;
    bool _hasBegun;
    bool _isSending;

    /// <summary>Whether the peer is to be told what was taken in.</summary>
    public bool OwesConfirmation { get; set; }

    /// <summary>Whether everything that was kept has gone over this path, or before it.</summary>
    public bool HasSentAll => _hasBegun && _next is null && !_isSending;

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => send(frame, cancellationToken);

    /// <summary>Waits until there may be something to send.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _woken.Reader.ReadAsync(cancellationToken);

    public void Wake() => _woken.Writer.TryWrite(true);

    /// <summary>The peer is here, and this is the first message that it does not have.</summary>
    public void BeginAt(LinkedListNode<byte[]>? first)
    {
        (_next, _hasBegun) = (first, true);
        Wake();
    }

    /// <summary>A new message is there.</summary>
    public void Offer(LinkedListNode<byte[]> node)
    {
        if (_hasBegun)
        {
            _next ??= node;
            Wake();
        }
    }

    /// <summary>A message is going to be forgotten, because the peer has it.</summary>
    public void Pass(LinkedListNode<byte[]> node)
    {
        if (_next == node)
        {
            _next = node.Next;
        }
    }

    public byte[]? Next()
    {
        var node = _next;
        _next = node?.Next;
        _isSending = node is not null;
        return node?.Value;
    }
}
