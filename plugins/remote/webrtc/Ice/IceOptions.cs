using System.Net;

namespace Breeze.WebRtc.Ice;

/// <summary>What an agent is told at its beginning.</summary>
sealed record IceOptions
{
    public IReadOnlyList<IceServerAddress> Servers { get; init; } = [];

    /// <summary>Only candidates of TURN servers are used.</summary>
    public bool RelayOnly { get; init; }

    /// <summary>Whether the loopback interface is a way, and peers there are sent to; for peers on the same machine.</summary>
    public bool Loopback { get; init; }

    /// <summary>Whether names under <c>.local</c> are asked for in the local network.</summary>
    public bool Mdns { get; init; } = true;
    public IceTimings Timings { get; init; } = new();

    /// <summary>The local addresses; the machine's own unless a test says otherwise.</summary>
    public Func<IReadOnlyList<IPAddress>>? Addresses { get; init; }
}
