namespace Breeze.WebRtc.DataChannels;

/// <summary>How a channel behaves; the names of <c>RTCDataChannelInit</c> in W3C WebRTC.</summary>
public sealed record RtcDataChannelOptions
{
    /// <summary>Whether messages arrive in the order they were sent.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>How long a message is sent again, in milliseconds; excludes <see cref="MaxRetransmits"/>.</summary>
    public int? MaxPacketLifeTime { get; init; }

    /// <summary>How often a message is sent again; excludes <see cref="MaxPacketLifeTime"/>.</summary>
    public int? MaxRetransmits { get; init; }

    /// <summary>The subprotocol, free text.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Whether both sides open the channel with the same <see cref="Id"/> by agreement, without a message about it.</summary>
    public bool Negotiated { get; init; }

    /// <summary>The stream, 0 to 65534; needed when <see cref="Negotiated"/>.</summary>
    public int? Id { get; init; }
}
