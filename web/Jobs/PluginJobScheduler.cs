using Breeze.Core.Jobs;
using Breeze.PluginHost;
using Breeze.Sdk;

namespace Breeze.Web.Jobs;

/// <summary>Follows the plugins: a job is scheduled while a plugin provides it.</summary>
sealed partial class PluginJobScheduler(IPluginHost host, IJobQueue jobs, ILogger<PluginJobScheduler> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changed = new SemaphoreSlim(1);
        void Signal()
        {
            if (changed.CurrentCount == 0)
            {
                changed.Release();
            }
        }
        host.Extensions.Changed += Signal;
        try
        {
            while (true)
            {
                await changed.WaitAsync(stoppingToken);
                Schedule();
            }
        }
        finally
        {
            host.Extensions.Changed -= Signal;
        }
    }

    void Schedule()
    {
        var schedules = new List<PluginJobSchedule>();
        foreach (var lease in host.Extensions.AcquireAll<ScheduledJob>())
        {
            using (lease)
            {
                schedules.Add(new(lease.Plugin.Id, lease.Value.Name, lease.Value.Cron));
            }
        }
        try
        {
            jobs.SchedulePluginJobs(schedules);
        }
        catch (Exception e)
        {
            LogFailed(logger, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The plugins' jobs could not be scheduled: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
