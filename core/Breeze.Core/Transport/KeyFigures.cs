using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>The readings that lists show and order by; NaN where there was none.</summary>
/// <param name="Cpu">Utilization from 0 to 1.</param>
/// <param name="Memory">Utilization from 0 to 1.</param>
/// <param name="Disk">Utilization of the fullest file system, from 0 to 1.</param>
/// <param name="BootedAtMs">When the device started, in Unix milliseconds; 0 when unknown.</param>
readonly record struct KeyFigures(float Cpu, float Memory, float Disk, long BootedAtMs)
{
    /// <summary>An uptime that nobody has.</summary>
    const double MaximumUptimeSeconds = 100.0 * 366 * 86_400;

    public static KeyFigures None { get; } = new(float.NaN, float.NaN, float.NaN, 0);

    public static KeyFigures Of(in Reading reading)
    {
        var places = reading.Layout.KeyFigures;
        var disk = float.NaN;
        foreach (var place in places.Disks)
        {
            var used = Ratio(reading.Values, place);
            disk = !(used <= disk) ? used : disk;
        }
        var uptime = places.Uptime < 0 ? double.NaN : reading.Values[places.Uptime];
        var bootedAtMs = uptime is >= 0 and < MaximumUptimeSeconds ? reading.AtMs - (long)(uptime * 1000) : 0;
        return new(Ratio(reading.Values, places.Cpu), Ratio(reading.Values, places.Memory), disk, bootedAtMs);
    }

    /// <summary>Agents are hostile: what is no ratio was not read.</summary>
    static float Ratio(double[] values, int place) => place >= 0 && values[place] is >= 0 and <= 1 ? (float)values[place] : float.NaN;
}
