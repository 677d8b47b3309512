namespace Breeze.Collectors.Network;

/// <summary>The inventory document.</summary>
sealed record NetworkDocument(
    IReadOnlyList<string> Gateways, IReadOnlyList<string> DnsServers, IReadOnlyList<string> DnsSearch, IReadOnlyList<InterfaceInfo> Interfaces, IReadOnlyList<RouteInfo> Routes)
{
    const int MostRoutes = 500;

    public static NetworkDocument Of(IReadOnlyList<InterfaceInfo> interfaces, (IReadOnlyList<string> Servers, IReadOnlyList<string> Search) names, IEnumerable<RouteInfo> found)
    {
        var shown = interfaces.Select(item => item.Name).ToHashSet();
        // Routes of interfaces that come and go, such as those of containers, would make every document a new one.
        List<RouteInfo> routes =
        [
            .. found.Where(route => shown.Contains(route.Interface)).Distinct().OrderBy(route => route.Destination, StringComparer.Ordinal)
                .ThenBy(route => route.Metric).ThenBy(route => route.Interface, StringComparer.Ordinal).Take(MostRoutes),
        ];
        var gateways = interfaces.SelectMany(item => item.Gateways)
            .Concat(routes.Where(route => route.Destination is "0.0.0.0/0" or "::/0").Select(route => route.Gateway).OfType<string>());
        IReadOnlyList<string> servers = names.Servers.Count > 0 ? names.Servers : [.. interfaces.SelectMany(item => item.DnsServers).Distinct()];
        return new NetworkDocument([.. gateways.Distinct().Order(StringComparer.Ordinal)], servers, names.Search, interfaces, routes);
    }
}

/// <summary>State is <c>up</c>, <c>down</c> or <c>unknown</c>; kind is <c>ethernet</c>, <c>wireless</c>, <c>tunnel</c> or <c>other</c>.</summary>
sealed record InterfaceInfo(
    string Name, string? Description, string Kind, string State, string? Mac, IReadOnlyList<string> Addresses, IReadOnlyList<string> Gateways, IReadOnlyList<string> DnsServers,
    long? SpeedMbps, int? Mtu);

/// <summary>Destination with its prefix length; no gateway means that it is reached directly.</summary>
sealed record RouteInfo(string Destination, string? Gateway, string Interface, long? Metric);
