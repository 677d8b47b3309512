using Breeze.PluginHost;
using Breeze.Sdk;
using Hangfire;

namespace Breeze.Web.Jobs;

/// <summary>What Hangfire calls: finds the plugin's job by name, now, and runs it under a lease.</summary>
public sealed partial class PluginJobRunner(IPluginHost host, ILogger<PluginJobRunner> logger)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    [AutomaticRetry(Attempts = 3)]
    [DisableConcurrentExecution(timeoutInSeconds: 5)]
    public async Task RunAsync(string pluginId, string jobName, CancellationToken cancellationToken)
    {
        using var lease = host.Extensions.Acquire<ScheduledJob>($"{pluginId}/{jobName}");
        if (lease is null)
        {
            LogGone(logger, pluginId, jobName);
            return;
        }
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Stopping);
        linked.CancelAfter(Deadline);
        string? failure = null;
        try
        {
            await lease.Value.Handler(linked.Token);
        }
        catch (Exception e)
        {
            // Hangfire would store the plugin's exception, and the exception would keep the plugin in memory.
            failure = $"{e.GetType().Name}: {e.Message}";
        }
        if (failure is not null)
        {
            throw new InvalidOperationException($"The job {jobName} of {pluginId} failed. {failure}");
        }
    }

    [LoggerMessage(LogLevel.Information, "The job {Job} was due, but {Plugin} does not run here")]
    static partial void LogGone(ILogger logger, string plugin, string job);
}
