using Breeze.WebRtc.Stun;

namespace Breeze.WebRtc.Ice;

/// <summary>A request under way to the peer.</summary>
sealed class IceCheck(IcePair pair, StunTransactionId id, byte[] message, bool controlling, bool nominates, bool isConsent)
{
    public IcePair Pair { get; } = pair;
    public StunTransactionId Id { get; } = id;
    public byte[] Message { get; } = message;

    /// <summary>The role that it was sent in; a role conflict counts only for that.</summary>
    public bool Controlling { get; } = controlling;
    public bool Nominates { get; } = nominates;

    /// <summary>Sent once, to learn whether the peer still wants what it gets.</summary>
    public bool IsConsent { get; } = isConsent;
    public int Sent { get; set; }
    public long FirstSentAt { get; set; }
    public long LastSentAt { get; set; }
    public TimeSpan Interval { get; set; }
}
