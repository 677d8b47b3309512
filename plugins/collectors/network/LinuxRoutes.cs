using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace Breeze.Collectors.Network;

/// <summary>Reads the kernel's tables below /proc/net.</summary>
sealed class LinuxRoutes(string root) : IRouteReader
{
    const int Gateway = 2;
    const int Up = 1;
    const int Reject = 0x200;

    public ValueTask<IReadOnlyList<RouteInfo>> ReadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RouteInfo>>([.. ParseFour(Text("proc/net/route")), .. ParseSix(Text("proc/net/ipv6_route"))]);

    /// <summary>Interface, destination, gateway, flags, …, metric, mask; addresses in hexadecimal as they lie in memory.</summary>
    public static IEnumerable<RouteInfo> ParseFour(string? text)
    {
        foreach (var line in Lines.Of(text).Skip(1))
        {
            if (line.Split('\t') is not [var name, var destination, var gateway, var flags, _, _, var metric, var mask, ..]
                || Four(destination) is not { } to || Four(gateway) is not { } via || Four(mask) is not { } bits || !Hex(flags, out var flag) || (flag & Up) == 0)
            {
                continue;
            }
            var prefix = BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(bits.GetAddressBytes()));
            yield return new RouteInfo(
                $"{to}/{prefix}", (flag & Gateway) != 0 ? via.ToString() : null, name.Trim(),
                long.TryParse(metric, CultureInfo.InvariantCulture, out var cost) ? cost : null);
        }
    }

    /// <summary>Destination, prefix, source, prefix, next hop, metric, counters, flags, interface.</summary>
    public static IEnumerable<RouteInfo> ParseSix(string? text)
    {
        foreach (var line in Lines.Of(text))
        {
            if (Lines.Words(line, 10) is not [var destination, var prefix, _, _, var gateway, var metric, _, _, var flags, var name]
                || Six(destination) is not { } to || Six(gateway) is not { } via || !Hex(prefix, out var bits) || !Hex(flags, out var flag) || (flag & Up) == 0 || (flag & Reject) != 0
                // Every interface has its own link-local and multicast routes, and addresses a route each.
                || name.Trim() == "lo" || to.IsIPv6LinkLocal || to.IsIPv6Multicast || (bits == 128 && (flag & Gateway) == 0))
            {
                continue;
            }
            yield return new RouteInfo($"{to}/{bits}", (flag & Gateway) != 0 ? via.ToString() : null, name.Trim(), Hex(metric, out var cost) ? cost : null);
        }
    }

    static bool Hex(string text, out uint number) => uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out number);

    static IPAddress? Four(string text)
    {
        if (!Hex(text, out var number))
            return null;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return new IPAddress(bytes);
    }

    static IPAddress? Six(string text)
    {
        if (text.Length != 32 || !text.All(char.IsAsciiHexDigit))
            return null;
        return new IPAddress(Convert.FromHexString(text));
    }

    string? Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
