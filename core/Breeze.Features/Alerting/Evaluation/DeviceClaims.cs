using System.Threading.Channels;
using Breeze.Core.Events;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>
/// Which node follows a device. The one that takes a reading of a device that it does not follow says so and reads the device's state from the database; the
/// others forget theirs.
/// </summary>
sealed class DeviceClaims(EventBus bus) : IDisposable
{
    const string Topic = "alert-claims";
    const int AtOnce = 1000;
    readonly byte[] _node = Guid.NewGuid().ToByteArray();
    readonly Channel<byte[]> _messages = bus.Subscribe(Topic, 4096);

    /// <summary>Since when claims of others are heard; null while they are not, and nothing that is known of a device can be relied on.</summary>
    public long? Hearing => bus.Hearing;

    /// <summary>Tells the other nodes; with <paramref name="everybody"/> this one as well, because the database was changed beside them all.</summary>
    public void Publish(IReadOnlyCollection<Guid> devices, bool everybody = false)
    {
        foreach (var chunk in devices.Chunk(AtOnce))
        {
            var message = new byte[(chunk.Length + 1) * 16];
            (everybody ? Guid.Empty.ToByteArray() : _node).CopyTo(message, 0);
            for (var i = 0; i < chunk.Length; i++)
            {
                chunk[i].TryWriteBytes(message.AsSpan((i + 1) * 16));
            }
            bus.Publish(Topic, message);
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _messages.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The devices that others have claimed since the last time.</summary>
    public IEnumerable<Guid> Read()
    {
        while (_messages.Reader.TryRead(out var message))
        {
            if (message.AsSpan(0, 16).SequenceEqual(_node))
            {
                continue;
            }
            for (var at = 16; at + 16 <= message.Length; at += 16)
            {
                yield return new Guid(message.AsSpan(at, 16));
            }
        }
    }

    public void Dispose() => bus.Unsubscribe(Topic, _messages);
}
