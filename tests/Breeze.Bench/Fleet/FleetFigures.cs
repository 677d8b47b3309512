using System.Text.Json;

namespace Breeze.Bench.Fleet;

/// <summary>What the simulator says of the time since the last mark.</summary>
sealed class FleetFigures(JsonElement json)
{
    public double Seconds => Number("seconds");

    public double Heartbeats => Number("heartbeats");

    public double P50 => Number("p50_ms");

    public double P99 => Number("p99_ms");

    /// <summary>Agents of which a heartbeat was accepted.</summary>
    public double AgentsHeard => Number("agents_heard");

    /// <summary>Milliseconds from the mark until half of them, and until the last.</summary>
    public double HeardP50 => Number("heard_p50_ms");

    public double HeardLast => Number("heard_last_ms");

    public double Live => Number("live");

    public double Commands => Number("commands");

    public double Results => Number("results");

    public double OpenResults => Commands - Results;

    public IReadOnlyDictionary<string, int> Errors { get; } = json.GetProperty("errors").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetInt32());

    public string ErrorWords => Errors.Count == 0 ? "none" : string.Join(", ", Errors.Select(e => $"{e.Key}: {e.Value}"));

    double Number(string name) => json.GetProperty(name).GetDouble();
}
