using Breeze.Core.Metrics;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>A heartbeat after parsing. What was missing or of a wrong type is simply absent, and said in <see cref="Warnings"/>.</summary>
public sealed class Heartbeat
{
    public string? Status { get; set; }
    public string? AgentVersion { get; set; }
    public long? SentAtMs { get; set; }
    public string? Instance { get; set; }
    public string? ConfigVersion { get; set; }

    /// <summary>The plain reading when it has the shape of the agent's last one.</summary>
    public double[]? Values { get; set; }
    public MetricLayoutEntry? Layout { get; set; }

    /// <summary>The plain reading otherwise.</summary>
    public List<KeyValuePair<string, double>>? NewShape { get; set; }

    /// <summary>How many metrics of the plain reading were more than it may hold.</summary>
    public int TooManyMetrics { get; set; }

    public List<MetricLayout>? Layouts { get; set; }
    public List<MetricSample>? Samples { get; set; }
    public List<Guid>? Running { get; set; }
    public List<PluginReport>? Plugins { get; set; }
    public List<string>? Warnings { get; private set; }

    public void Warn(string warning)
    {
        Warnings ??= [];
        if (Warnings.Count < 20)
        {
            Warnings.Add(warning);
        }
    }
}
