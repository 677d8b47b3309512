using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.Agent.Enrolment;

/// <summary>
/// What tells two machines apart that were made from one disk image and so share a machine id: a hash of the firmware's number and of the addresses of
/// the network cards. <see langword="null"/> where nothing can be known; macOS needs none, since its machine id is the hardware's.
/// </summary>
static class HardwareFingerprint
{
    const string FirmwareId = "/sys/class/dmi/id/product_uuid";

    public static string? Read()
    {
        if (OperatingSystem.IsMacOS())
        {
            return null;
        }

        List<string> parts = [.. Cards().Select(card => card.GetPhysicalAddress().ToString()).Where(address => address.Length == 12).Order(StringComparer.Ordinal)];
        if (OperatingSystem.IsLinux() && Firmware() is { Length: > 0 } firmware)
        {
            parts.Add(firmware);
        }

        return parts.Count == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('|', parts))));
    }

    /// <summary>Cards that are there, or that the hypervisor gives; not bridges and tunnels, whose addresses are made up at each start.</summary>
    static IEnumerable<NetworkInterface> Cards()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().Where(card =>
                card.NetworkInterfaceType is NetworkInterfaceType.Ethernet or NetworkInterfaceType.Wireless80211
                && (OperatingSystem.IsLinux() ? Directory.Exists($"/sys/class/net/{card.Name}/device") : IsUniversal(card.GetPhysicalAddress())));
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    // The second lowest bit of the first byte marks an address that software has chosen (IEEE 802).
    static bool IsUniversal(PhysicalAddress address) => address.GetAddressBytes() is [var first, ..] && (first & 2) == 0;

    static string? Firmware()
    {
        try
        {
            return File.ReadAllText(FirmwareId).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
