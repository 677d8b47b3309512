using System.Collections.Concurrent;
using Breeze.Agent.Plugins;
using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Metrics;

/// <summary>Runs one collector so that it can harm nobody: one call at a time, within a deadline, its exceptions its own.</summary>
sealed partial class CollectorRunner(InventoryUploads inventory, PluginFaults faults, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<(string Name, int Generation), SemaphoreSlim> _turns = [];

    /// <summary>Takes a reading and returns its values; disposes of the lease when the collector has let go of it.</summary>
    public async Task<IReadOnlyDictionary<string, double>> CollectAsync(
        ExtensionLease<ICollector> lease, CancellationToken cancellationToken)
    {
        var plugin = lease.Plugin.Id;
        var name = lease.Name;
        string? fault;
        try
        {
            var sink = await Task.Run(() => RunAsync(lease, cancellationToken), CancellationToken.None)
                .WaitAsync(Deadline + Patience, time, cancellationToken);
            foreach (var (kind, document) in sink.Inventory)
            {
                inventory.Add(kind, document);
            }

            Report(plugin, name, sink.Fault);
            return sink.Values;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            fault = cancellationToken.IsCancellationRequested ? null : $"It gave no reading within {Deadline.TotalSeconds:0} s.";
        }
        catch (Exception error)
        {
            fault = $"It failed: {error.Message}";
        }

        if (fault is not null)
        {
            Report(plugin, name, fault);
        }

        return new Dictionary<string, double>();
    }

    async Task<SampleSink> RunAsync(ExtensionLease<ICollector> lease, CancellationToken cancellationToken)
    {
        using (lease)
        {
            var turn = _turns.GetOrAdd((lease.Name, lease.Plugin.Generation), _ => new SemaphoreSlim(1));
            using var limit = new CancellationTokenSource(Deadline, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, lease.Stopping, cancellationToken);
            await turn.WaitAsync(any.Token);
            try
            {
                var sink = new SampleSink(lease.Value.Metrics);
                await lease.Value.CollectAsync(sink, any.Token);
                return sink;
            }
            finally
            {
                turn.Release();
                Forget(lease.Name, lease.Plugin.Generation);
            }
        }
    }

    /// <summary>Past generations do not come back.</summary>
    void Forget(string name, int generation)
    {
        foreach (var key in _turns.Keys)
        {
            if (key.Name == name && key.Generation < generation)
            {
                _turns.TryRemove(key, out _);
            }
        }
    }

    void Report(string plugin, string name, string? fault)
    {
        if (fault is not null)
        {
            LogFault(name, plugin, fault);
        }

        faults.Report(plugin, name, fault);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Collector {Name} of {Plugin}: {Fault}")]
    private partial void LogFault(string name, string plugin, string fault);
}
