using Breeze.Core.Jobs;
using Hangfire;
using Hangfire.Storage;

namespace Breeze.Web.Jobs;

/// <inheritdoc cref="IJobQueue"/>
sealed class HangfireJobQueue(IBackgroundJobClient client, IRecurringJobManager recurring, JobStorage storage) : IJobQueue
{
    const string Prefix = "plugin:";

    public void EnqueuePluginJob(string pluginId, string jobName) =>
        client.Enqueue<PluginJobRunner>(r => r.RunAsync(pluginId, jobName, CancellationToken.None));

    public void SchedulePluginJobs(IReadOnlyCollection<PluginJobSchedule> jobs)
    {
        using var connection = storage.GetConnection();
        var wanted = jobs.ToDictionary(j => $"{Prefix}{j.PluginId}/{j.JobName}");
        var present = connection.GetRecurringJobs().Where(j => j.Id.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(j => j.Id, j => j.Cron);
        foreach (var (id, job) in wanted)
        {
            if (!present.TryGetValue(id, out var cron) || cron != job.Cron)
            {
                recurring.AddOrUpdate<PluginJobRunner>(id, r => r.RunAsync(job.PluginId, job.JobName, CancellationToken.None), job.Cron);
            }
        }
        foreach (var id in present.Keys.Except(wanted.Keys))
        {
            recurring.RemoveIfExists(id);
        }
    }
}
