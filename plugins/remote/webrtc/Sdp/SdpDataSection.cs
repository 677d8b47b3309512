using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Sdp;

/// <summary>What a description says of the data channels' transport.</summary>
sealed record SdpDataSection
{
    public const int DefaultPort = 5000;

    /// <summary>What applies when a peer names no limit (RFC 8841, 6.1).</summary>
    public const long DefaultMaxMessageSize = 65536;

    public required IceCredentials Ice { get; init; }
    public required IReadOnlyList<SdpFingerprint> Fingerprints { get; init; }
    public required SdpSetup Setup { get; init; }
    public int SctpPort { get; init; } = DefaultPort;

    /// <summary>In bytes; zero means without limit, null that the peer did not say.</summary>
    public long? MaxMessageSize { get; init; }
    public IReadOnlyList<IceCandidate> Candidates { get; init; } = [];

    /// <summary>Candidates under a <c>.local</c> name, each with the name and the port.</summary>
    public IReadOnlyList<SdpCandidate> NamedCandidates { get; init; } = [];
    public bool EndOfCandidates { get; init; }
    public bool Trickle { get; init; } = true;
}
