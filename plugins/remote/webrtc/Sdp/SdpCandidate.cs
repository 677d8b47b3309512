using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Breeze.WebRtc.Ice;

namespace Breeze.WebRtc.Sdp;

/// <summary>The line of a candidate (RFC 8839, 5.1): <c>candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host</c>.</summary>
sealed record SdpCandidate
{
    const int MaxLength = 1024;
    const int MaxParts = 64;

    public required string Foundation { get; init; }
    public int Component { get; init; } = 1;
    public bool IsUdp { get; init; } = true;
    public required uint Priority { get; init; }

    /// <summary>An IP address, or a name as <c>….local</c>.</summary>
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required IceCandidateType Type { get; init; }
    public IPEndPoint? Related { get; init; }

    /// <summary>Whether the host is an mDNS name, to be asked for in the local network.</summary>
    public bool IsLocalName => Host.EndsWith(".local", StringComparison.OrdinalIgnoreCase);

    public static SdpCandidate From(IceCandidate candidate) => new()
    {
        Foundation = candidate.Foundation,
        Priority = candidate.Priority,
        Host = candidate.EndPoint.Address.ToString(),
        Port = candidate.EndPoint.Port,
        Type = candidate.Type,
        Related = candidate.Related,
    };

    /// <summary>
    /// The candidate for ICE, its host being <paramref name="address"/>; null when this side can do nothing with it (TCP, another component,
    /// an impossible address).
    /// </summary>
    public IceCandidate? ToIce(IPAddress? address = null)
    {
        if (!IsUdp || Component != 1 || Port == 0 || (address is null && !IPAddress.TryParse(Host, out address)))
        {
            return null;
        }
        return IsReachable(address) ? new(Foundation, Priority, new IPEndPoint(address, Port), Type, Related) : null;
    }

    /// <summary>Whether it makes sense to send to an address that a peer names.</summary>
    public static bool IsReachable(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => address.GetAddressBytes()[0] is > 0 and < 224,
        AddressFamily.InterNetworkV6 => !address.IsIPv6Multicast && !address.IsIPv6LinkLocal && !address.IsIPv4MappedToIPv6 && !address.Equals(IPAddress.IPv6Any),
        _ => false,
    };

    public static bool TryParse(string line, [NotNullWhen(true)] out SdpCandidate? candidate, out string? error)
    {
        candidate = null;
        error = null;
        var text = line.AsSpan().Trim();
        text = text.StartsWith("a=", StringComparison.Ordinal) ? text[2..] : text;
        text = text.StartsWith("candidate:", StringComparison.OrdinalIgnoreCase) ? text["candidate:".Length..] : text;
        if (text.Length is 0 or > MaxLength)
        {
            return Fail(text.Length == 0 ? "A candidate is empty." : $"A candidate is longer than {MaxLength} characters.", out error);
        }
        var parts = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 8 or > MaxParts || !parts[6].Equals("typ", StringComparison.OrdinalIgnoreCase))
        {
            return Fail("A candidate must read 'candidate:foundation component protocol priority address port typ type'.", out error);
        }
        if (parts[0].Length > 32 || !parts[0].All(IceCredentials.IsIceCharacter))
        {
            return Fail("A candidate's foundation must be up to 32 letters, digits, '+' or '/'.", out error);
        }
        if (!TryNumber(parts[1], 256, out var component) || component == 0
            || !TryNumber(parts[3], int.MaxValue, out var priority) || !TryNumber(parts[5], 65535, out var port))
        {
            return Fail("A candidate's component, priority or port is not a number in its range.", out error);
        }
        if (ReadType(parts[7]) is not { } type)
        {
            return Fail("A candidate's type must be host, srflx, prflx or relay.", out error);
        }
        if (parts[4].Length > 253)
        {
            return Fail("A candidate's address is longer than a host name can be.", out error);
        }
        candidate = new()
        {
            Foundation = parts[0],
            Component = (int)component,
            IsUdp = parts[2].Equals("udp", StringComparison.OrdinalIgnoreCase),
            Priority = priority,
            Host = parts[4],
            Port = (int)port,
            Type = type,
            Related = ReadRelated(parts),
        };
        return true;
    }

    public override string ToString()
    {
        var type = Type switch
        {
            IceCandidateType.Host => "host",
            IceCandidateType.ServerReflexive => "srflx",
            IceCandidateType.PeerReflexive => "prflx",
            _ => "relay",
        };
        var text = string.Create(CultureInfo.InvariantCulture, $"candidate:{Foundation} {Component} {(IsUdp ? "udp" : "tcp")} {Priority} {Host} {Port} typ {type}");
        return Related is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} raddr {Related.Address} rport {Related.Port}");
    }

    static IceCandidateType? ReadType(string text) => text.ToLowerInvariant() switch
    {
        "host" => IceCandidateType.Host,
        "srflx" => IceCandidateType.ServerReflexive,
        "prflx" => IceCandidateType.PeerReflexive,
        "relay" => IceCandidateType.Relayed,
        _ => null,
    };

    static IPEndPoint? ReadRelated(string[] parts) =>
        parts.Length >= 12 && parts[8] == "raddr" && parts[10] == "rport"
            && IPAddress.TryParse(parts[9], out var address) && TryNumber(parts[11], 65535, out var port)
            ? new IPEndPoint(address, (int)port) : null;

    static bool TryNumber(string text, uint max, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;

    static bool Fail(string message, out string error)
    {
        error = message;
        return false;
    }
}
