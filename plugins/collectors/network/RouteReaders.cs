using Breeze.Sdk;

namespace Breeze.Collectors.Network;

/// <summary>Lists the routes.</summary>
interface IRouteReader
{
    ValueTask<IReadOnlyList<RouteInfo>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Chooses the reader of the operating system.</summary>
static class RouteReaders
{
    public static IRouteReader ForThisSystem(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? new WindowsRoutes(processes)
        : OperatingSystem.IsMacOS() ? new MacRoutes(processes)
        : new LinuxRoutes("/");
}
