namespace Breeze.WebRtc.Sctp.Sending;

enum FragmentState : byte
{
    /// <summary>On its way.</summary>
    InFlight,

    /// <summary>To be sent again.</summary>
    Lost,

    /// <summary>Named in a gap block of the peer, which may still take that back.</summary>
    Acknowledged,

    /// <summary>Its message was given up.</summary>
    Abandoned,
}

/// <summary>
/// What is remembered of a fragment until the peer has all before it and itself. A slot of <see cref="RetransmissionQueue"/>.
/// </summary>
struct SentFragment
{
    public const long None = -1;

    public OutboundMessage Message;
    public TimeSpan SentAt;

    /// <summary>Its neighbours in the order of sending, by TSN.</summary>
    public long Previous, Next;
    public int Offset;
    public uint Position;
    public ushort Length;
    public byte Flags;
    public ushort Transmissions;
    public FragmentState State;
}
