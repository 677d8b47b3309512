namespace Breeze.Sdk;

/// <summary>A job that the server runs on a schedule, on one node at a time.</summary>
/// <param name="Name">Unique within the plugin; lower case.</param>
/// <param name="Cron">When, as a cron expression of five fields in UTC.</param>
/// <param name="Handler">Does the work; idempotent, since a crash can repeat it. Cancelled when the generation must end.</param>
public sealed record ScheduledJob(string Name, string Cron, Func<CancellationToken, ValueTask> Handler);
