using System.Buffers;

namespace Breeze.WebRtc.Sctp.Sending;

/// <summary>How long a message is worth sending.</summary>
/// <param name="MaxRetransmits">How often it may be sent again; null for as often as needed.</param>
/// <param name="Lifetime">How long it is of use; null for ever.</param>
readonly record struct Reliability(int? MaxRetransmits, TimeSpan? Lifetime);

/// <summary>A message on its way, in a pooled buffer that goes back when no fragment needs it any more.</summary>
sealed class OutboundMessage
{
    byte[] buffer;

    public OutboundMessage(OutboundStream stream, ReadOnlySpan<byte> content, uint ppid, bool unordered, Reliability reliability, TimeSpan now)
    {
        Stream = stream;
        Ppid = ppid;
        Unordered = unordered;
        Length = content.Length;
        MaxRetransmits = reliability.MaxRetransmits ?? int.MaxValue;
        Deadline = reliability.Lifetime is { } lifetime ? now + lifetime : TimeSpan.MaxValue;
        buffer = ArrayPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(buffer);
    }

    public OutboundStream Stream { get; }
    public uint Ppid { get; }
    public bool Unordered { get; }
    public int Length { get; }
    public int MaxRetransmits { get; private set; }
    public TimeSpan Deadline { get; private set; }

    /// <summary>Its number in the stream, given when its first fragment leaves: a message that expires before leaves no hole.</summary>
    public uint Id { get; set; }

    /// <summary>Bytes that have been put into fragments.</summary>
    public int Sent { get; set; }
    public uint NextFragment { get; set; }
    public bool IsAbandoned { get; set; }

    /// <summary>Fragments that may have to be sent again.</summary>
    public int InFlight { get; set; }
    public bool IsStarted => NextFragment > 0;
    public bool IsFullySent => Sent == Length;
    public bool IsReliable => MaxRetransmits == int.MaxValue && Deadline == TimeSpan.MaxValue;

    /// <summary>The peer does not know how to go on without a message.</summary>
    public void MakeReliable() => (MaxRetransmits, Deadline) = (int.MaxValue, TimeSpan.MaxValue);

    public ReadOnlySpan<byte> Fragment(int offset, int length) => buffer.AsSpan(offset, length);

    /// <summary>Gives the buffer back once nothing refers to it.</summary>
    public void ReleaseIfDone()
    {
        if (InFlight == 0 && (IsFullySent || IsAbandoned))
        {
            Release();
        }
    }

    public void Release()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
