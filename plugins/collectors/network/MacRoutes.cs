using Breeze.Sdk;

namespace Breeze.Collectors.Network;

/// <summary>Asks netstat. Written from its manual; only the parser has run.</summary>
sealed class MacRoutes(IProcessRunner processes) : IRouteReader
{
    public async ValueTask<IReadOnlyList<RouteInfo>> ReadAsync(CancellationToken cancellationToken) =>
        [.. Parse((await Tool.RunAsync(processes, "/usr/sbin/netstat", ["-rn", "-f", "inet"], TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false)).Good)];

    /// <summary>Destination, gateway, flags, interface, expiry, below a heading. Networks come shortened: <c>192.168.1</c>, <c>10/8</c>.</summary>
    public static IEnumerable<RouteInfo> Parse(string? text)
    {
        foreach (var line in Lines.Of(text).SkipWhile(line => !line.StartsWith("Destination", StringComparison.Ordinal)).Skip(1))
        {
            // A flag of W means that the route was made for one conversation, and that it goes by itself.
            if (Lines.Words(line, 6) is not [var destination, var gateway, var flags, var name, ..] || flags.Contains('W', StringComparison.Ordinal) || flags.Contains('m', StringComparison.Ordinal))
                continue;
            yield return new RouteInfo(Full(destination), flags.Contains('G', StringComparison.Ordinal) ? gateway : null, name, null);
        }
    }

    static string Full(string destination)
    {
        if (destination == "default")
            return "0.0.0.0/0";
        var parts = destination.Split('/');
        var octets = parts[0].Split('.');
        var prefix = parts.Length > 1 ? parts[1] : $"{octets.Length * 8}";
        return $"{string.Join('.', octets.Concat(Enumerable.Repeat("0", Math.Max(0, 4 - octets.Length))))}/{prefix}";
    }
}
