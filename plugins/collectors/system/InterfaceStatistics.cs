using System.Net.NetworkInformation;

namespace Breeze.Collectors.System;

/// <summary>The counters of network interfaces by way of the base library, for Windows and macOS.</summary>
static class InterfaceStatistics
{
    public static void Read(List<NetworkFigures> networks)
    {
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.NetworkInterfaceType is NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel || networks.Count >= ProcParser.MostDevices)
                continue;
            try
            {
                var totals = network.GetIPStatistics();
                networks.Add(new NetworkFigures(
                    network.Name, totals.BytesReceived, totals.BytesSent, totals.IncomingPacketsWithErrors, totals.OutgoingPacketsWithErrors));
            }
            catch (NetworkInformationException)
            {
                // The interface went away since it was listed.
                continue;
            }
        }
    }
}
