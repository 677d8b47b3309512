using System.Runtime.InteropServices;
using Breeze.Protocol;

namespace Breeze.Agent.Enrolment;

/// <summary>Names the operating system.</summary>
static class OsProbe
{
    public static OsInfo Read()
    {
        var arch = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var version = Environment.OSVersion.Version;
        if (OperatingSystem.IsWindows())
        {
            return new OsInfo("windows", version.Build >= 22000 ? "Windows 11" : "Windows", version.ToString(), arch);
        }

        if (OperatingSystem.IsMacOS())
        {
            return new OsInfo("macos", "macOS", version.ToString(), arch);
        }

        var release = Release();
        return new OsInfo("linux", release.GetValueOrDefault("NAME", "Linux"), release.GetValueOrDefault("VERSION_ID", ""), arch);
    }

    static Dictionary<string, string> Release()
    {
        var values = new Dictionary<string, string>();
        foreach (var file in (string[])["/etc/os-release", "/usr/lib/os-release"])
        {
            if (!File.Exists(file))
            {
                continue;
            }

            foreach (var line in File.ReadLines(file))
            {
                if (line.Split('=', 2) is [var name, var value])
                {
                    values[name] = value.Trim('"', '\'');
                }
            }

            break;
        }

        return values;
    }
}
