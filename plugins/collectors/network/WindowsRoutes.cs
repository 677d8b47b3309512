using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Network;

/// <summary>Asks Windows for its routes. Written from the documentation; only the parser has run.</summary>
sealed class WindowsRoutes(IProcessRunner processes) : IRouteReader
{
    const string Query = "@{ routes = @(Get-NetRoute | Select-Object DestinationPrefix, NextHop, InterfaceAlias, RouteMetric) } | ConvertTo-Json -Depth 3 -Compress";

    public async ValueTask<IReadOnlyList<RouteInfo>> ReadAsync(CancellationToken cancellationToken) =>
        await PowerShell.AskAsync(processes, Query, TimeSpan.FromSeconds(7), cancellationToken).ConfigureAwait(false) is { } answer ? Parse(answer) : [];

    public static IReadOnlyList<RouteInfo> Parse(JsonElement answer) =>
    [
        .. from route in answer.Items("routes")
           let destination = route.Text("DestinationPrefix")
           let name = route.Text("InterfaceAlias")
           where destination is not null && name is not null && !destination.StartsWith("ff", StringComparison.OrdinalIgnoreCase)
               && !destination.StartsWith("224.", StringComparison.Ordinal) && destination != "255.255.255.255/32" && !destination.StartsWith("fe80", StringComparison.OrdinalIgnoreCase)
           let gateway = route.Text("NextHop")
           select new RouteInfo(destination, gateway is "0.0.0.0" or "::" ? null : gateway, name, route.Number("RouteMetric")),
    ];
}
