using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Receiving;
using Breeze.WebRtc.Sctp.Sending;

namespace Breeze.WebRtc.Tests.Sctp;

/// <summary>One side of an association without threads, and what its application saw.</summary>
sealed class CoreEndpoint : IAssociationEvents
{
    readonly Queue<InboundMessage> unread = [];

    public CoreEndpoint(SctpOptions options)
    {
        Core = new AssociationCore(options, this, 1200);
    }

    public AssociationCore Core { get; }
    public List<(ushort Stream, uint Ppid, byte[] Content)> Received { get; } = [];
    public List<ushort> ResetByPeer { get; } = [];
    public List<(ushort Stream, bool Done)> Resets { get; } = [];
    public bool IsEstablished { get; private set; }
    public bool HasEnded { get; private set; }
    public string? EndReason { get; private set; }

    /// <summary>Whether messages are read as they come; if not they wait, and hold the window.</summary>
    public bool Reads { get; set; } = true;
    public int Unread => unread.Count;

    public void Send(TimeSpan now, ushort stream, byte[] content, bool unordered = false, int? maxRetransmits = null, TimeSpan? lifetime = null) =>
        Core.Enqueue(stream, content, 53, unordered, new Reliability(maxRetransmits, lifetime), now);

    public void ReadAll()
    {
        while (unread.TryDequeue(out var message))
        {
            Take(message);
        }
    }

    public override string ToString() => $"{Core.State}, received {Received.Count}, outstanding {Core.Sender?.Outstanding}, due {Core.Due}, ended {HasEnded} {EndReason}";

    void IAssociationEvents.OnEstablished() => IsEstablished = true;

    void IAssociationEvents.OnMessage(InboundMessage message)
    {
        if (Reads)
        {
            Take(message);
        }
        else
        {
            unread.Enqueue(message);
        }
    }

    void IAssociationEvents.OnCarried(ushort stream)
    {
    }

    void IAssociationEvents.OnResetByPeer(ushort stream) => ResetByPeer.Add(stream);

    void IAssociationEvents.OnReset(ushort stream, bool done) => Resets.Add((stream, done));

    void IAssociationEvents.OnEnded(string? reason)
    {
        HasEnded.ShouldBeFalse();
        HasEnded = true;
        EndReason = reason;
    }

    void Take(InboundMessage message)
    {
        Received.Add((message.Stream, message.Ppid, message.Content.ToArray()));
        message.Release();
        Core.OnRead();
    }
}
