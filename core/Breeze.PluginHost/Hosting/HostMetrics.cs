using System.Diagnostics.Metrics;

namespace Breeze.PluginHost;

/// <summary>What the host measures of itself, under the meter <c>Breeze.PluginHost</c>.</summary>
sealed class HostMetrics : IDisposable
{
    public const string MeterName = "Breeze.PluginHost";

    readonly Meter meter = new(MeterName);
    readonly Counter<long> loads;
    readonly Counter<long> leaked;
    readonly Counter<long> unloaded;
    readonly Histogram<double> loadDuration;

    public HostMetrics()
    {
        loads = meter.CreateCounter<long>("breeze.plugin.loads", "{load}", "Loads of plugin generations, by result.");
        leaked = meter.CreateCounter<long>("breeze.plugin.leaked", "{generation}", "Generations that did not unload.");
        unloaded = meter.CreateCounter<long>("breeze.plugin.unloaded", "{generation}", "Generations that were proven to be gone.");
        loadDuration = meter.CreateHistogram<double>("breeze.plugin.load.duration", "s", "From the package to the swap.");
    }

    public void Loaded(string pluginId, string result, TimeSpan duration)
    {
        loads.Add(1, new("plugin", pluginId), new("result", result));
        loadDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("plugin", pluginId));
    }

    public void Leaked(string pluginId) => leaked.Add(1, new KeyValuePair<string, object?>("plugin", pluginId));

    public void Unloaded(string pluginId) => unloaded.Add(1, new KeyValuePair<string, object?>("plugin", pluginId));

    public void Dispose() => meter.Dispose();
}
