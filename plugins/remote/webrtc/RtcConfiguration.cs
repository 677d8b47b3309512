using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc;

/// <summary>Which candidates may be used.</summary>
public enum RtcIceTransportPolicy { All, Relay }

/// <summary>How a connection is made; <c>RTCConfiguration</c> in W3C WebRTC.</summary>
public sealed record RtcConfiguration
{
    public IReadOnlyList<RtcIceServer> IceServers { get; init; } = [];
    public RtcIceTransportPolicy IceTransportPolicy { get; init; } = RtcIceTransportPolicy.All;

    /// <summary>Whether the loopback interface is a way to the peer; for a peer on the same machine.</summary>
    public bool IncludeLoopback { get; init; }

    /// <summary>Whether names under <c>.local</c>, which browsers hide their addresses with, are asked for in the local network.</summary>
    public bool ResolveLocalNames { get; init; } = true;

    /// <summary>The largest message that this side takes, in bytes; the peer is told.</summary>
    public int MaxMessageSize { get; init; } = 262_144;

    internal IceTimings Timings { get; init; } = new();
}
