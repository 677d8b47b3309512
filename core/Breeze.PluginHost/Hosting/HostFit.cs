using Breeze.Sdk;
using NuGet.Versioning;

namespace Breeze.PluginHost;

/// <summary>Decides whether a sound package is meant for this host.</summary>
static class HostFit
{
    public static PluginError? Check(PluginManifest manifest, PluginHostKind kind, string sdkVersion)
    {
        var range = VersionRange.Parse(manifest.Sdk);
        if (!range.Satisfies(NuGetVersion.Parse(sdkVersion)))
        {
            return new PluginError(
                PluginErrorCodes.SdkIncompatible,
                $"{manifest.Name} {manifest.Version} needs Breeze.Sdk {manifest.Sdk}; this host has {sdkVersion}. Update the host or choose another version.");
        }

        if (!manifest.Hosts.Contains(kind))
        {
            var hosts = string.Join(" and ", manifest.Hosts.Select(host => host == PluginHostKind.Server ? "server" : "agent"));
            return new PluginError(PluginErrorCodes.HostUnsupported, $"{manifest.Name} runs on the {hosts} only.");
        }

        return manifest.Platforms.Count == 0 || manifest.Platforms.Contains(CurrentPlatform)
            ? null
            : new PluginError(
                PluginErrorCodes.PlatformUnsupported,
                $"{manifest.Name} runs on {string.Join(", ", manifest.Platforms)}; this machine runs {CurrentPlatform}.");
    }

    static string CurrentPlatform =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "macos"
        : OperatingSystem.IsLinux() ? "linux"
        : "other";
}
