namespace Breeze.Core.Jobs;

/// <summary>
/// Durable work of the server itself, run by one node at a time and again after a crash. Not for heartbeats, metrics or commands to devices.
/// The host owns every method that is stored, so that no plugin's type ever is.
/// </summary>
public interface IJobQueue
{
    /// <summary>Runs a plugin's scheduled job as soon as a node is free.</summary>
    void EnqueuePluginJob(string pluginId, string jobName);

    /// <summary>Makes the schedule that of the given plugin jobs; others end.</summary>
    void SchedulePluginJobs(IReadOnlyCollection<PluginJobSchedule> jobs);
}

/// <summary>A plugin's job and when it runs.</summary>
/// <param name="Cron">Five fields, in UTC.</param>
public sealed record PluginJobSchedule(string PluginId, string JobName, string Cron);
