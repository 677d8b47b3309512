namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>One outgoing stream: what waits in it, and the numbers of its messages.</summary>
sealed class OutboundStream(ushort id)
{
    public Queue<OutboundMessage> Messages { get; } = [];
    public ushort Id => id;

    /// <summary>Bytes that no packet has carried yet.</summary>
    public long Buffered { get; set; }
    public uint NextOrdered { get; set; }
    public uint NextUnordered { get; set; }

    /// <summary>The last TSN that carried a piece of it; null when there was none since it began.</summary>
    public uint? LastTsn { get; set; }

    /// <summary>Whether the scheduler has it in one of its queues.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>Whether a reset of it is on its way.</summary>
    public bool IsResetting { get; set; }

    public void Restart()
    {
        NextOrdered = 0;
        NextUnordered = 0;
        LastTsn = null;
    }
}
