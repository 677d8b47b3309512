using System.Globalization;

namespace Breeze.Collectors.Hardware;

/// <summary>Reads /proc/cpuinfo.</summary>
static class LinuxCpu
{
    public static (CpuInfo Info, bool IsVirtual) Parse(string text)
    {
        var threads = 0;
        string? model = null, socket = "0";
        double megahertz = 0;
        var isVirtual = false;
        var sockets = new HashSet<string>();
        var cores = new HashSet<(string, string)>();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].Trim())
            {
                case "processor":
                    threads++;
                    break;
                case "model name" or "Model" or "cpu model":
                    model ??= value;
                    break;
                case "physical id":
                    sockets.Add(socket = value);
                    break;
                case "core id":
                    cores.Add((socket, value));
                    break;
                case "cpu MHz" when double.TryParse(value, CultureInfo.InvariantCulture, out var speed):
                    megahertz = Math.Max(megahertz, speed);
                    break;
                case "flags":
                    isVirtual |= value.Split(' ').Contains("hypervisor");
                    break;
            }
        }
        return (new CpuInfo(model, Count(sockets.Count), Count(cores.Count), Count(threads), Count((int)megahertz)), isVirtual);
    }

    /// <summary>ARM tells neither sockets nor cores: unknown is not none.</summary>
    static int? Count(int number) => number > 0 ? number : null;
}
