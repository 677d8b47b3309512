using System.Threading.Channels;
using Breeze.WebRtc.Dtls;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>
/// Two pipes that carry to each other, each with a thread of its own, in real time; a share of the datagrams may be lost.
/// </summary>
sealed class MemoryPipe(double loss, int seed) : IDatagramPipe
{
    readonly Channel<byte[]> inbox = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Random random = new(seed);
    MemoryPipe peer = null!;

    public int MaxDatagramSize => 1200;

    /// <summary>Nothing gets through any more, and nobody is told.</summary>
    public bool IsCut { get; set; }

    public static (MemoryPipe A, MemoryPipe B) Pair(double loss = 0, int seed = 1)
    {
        var (a, b) = (new MemoryPipe(loss, seed), new MemoryPipe(loss, seed + 1));
        (a.peer, b.peer) = (b, a);
        return (a, b);
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (IsCut || random.NextDouble() < loss)
        {
            return;
        }
        peer.inbox.Writer.TryWrite(datagram.ToArray());
    }

    public void Start(DatagramHandler received, Action closed) => Task.Run(async () =>
    {
        await foreach (var datagram in inbox.Reader.ReadAllAsync())
        {
            received(datagram);
        }
        closed();
    });

    public ValueTask DisposeAsync()
    {
        inbox.Writer.TryComplete();
        peer.inbox.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
