using System.Text;

namespace Breeze.Bench.Load;

/// <summary>A heartbeat in its plain form with 25 metrics, as the wire shapes describe it.</summary>
static class HeartbeatBody
{
    public const int Metrics = 25;

    public static byte[] Plain { get; } = Encoding.UTF8.GetBytes(
        "{\"status\":\"ok\",\"agent_version\":\"1.0.0\",\"metrics\":{"
        + string.Join(',', Names().Select((name, index) => $"\"{name}\":{(index % 3 == 0 ? "0.125" : index % 3 == 1 ? "8589934592" : "1234.5678")}"))
        + "}}");

    static IEnumerable<string> Names()
    {
        yield return "system.cpu.utilization";
        for (var core = 0; core < 8; core++)
        {
            yield return $"system.cpu.utilization{{cpu=\\\"{core}\\\"}}";
        }

        foreach (var name in (string[])["system.memory.usage", "system.memory.utilization", "system.memory.limit", "system.paging.usage", "system.processes.count",
            "system.uptime", "system.cpu.load_average.1m", "system.cpu.load_average.5m", "system.cpu.load_average.15m"])
        {
            yield return name;
        }

        foreach (var name in (string[])["system.filesystem.usage{mountpoint=\\\"/\\\"}", "system.filesystem.utilization{mountpoint=\\\"/\\\"}",
            "system.disk.io{device=\\\"sda\\\",direction=\\\"read\\\"}", "system.disk.io{device=\\\"sda\\\",direction=\\\"write\\\"}",
            "system.network.io{interface=\\\"eth0\\\",direction=\\\"receive\\\"}", "system.network.io{interface=\\\"eth0\\\",direction=\\\"transmit\\\"}",
            "system.network.errors{interface=\\\"eth0\\\"}"])
        {
            yield return name;
        }
    }
}
