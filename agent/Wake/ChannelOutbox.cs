using System.Threading.Channels;
using Breeze.Protocol;

namespace Breeze.Agent.Wake;

/// <summary>What waits to go out over the wake channel. Bounded; what does not fit is dropped, and writing never waits.</summary>
sealed class ChannelOutbox
{
    readonly Channel<ChannelMessage> _messages = Channel.CreateBounded<ChannelMessage>(64);
    volatile bool _isOpen;

    public bool IsOpen => _isOpen;

    public ChannelReader<ChannelMessage> Reader => _messages.Reader;

    public bool TryWrite(ChannelMessage message) => _isOpen && _messages.Writer.TryWrite(message);

    public void Open()
    {
        while (_messages.Reader.TryRead(out _))
        {
            // Left over from the last connection.
        }

        _isOpen = true;
    }

    public void Close() => _isOpen = false;
}
