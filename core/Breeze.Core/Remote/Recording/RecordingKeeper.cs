using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Remote.Recording;

/// <summary>Ends recordings whose rest did not come, and drops old ones. What several nodes do here is done once.</summary>
public sealed partial class RecordingKeeper(RecordingStore recordings, TimeProvider time, ILogger<RecordingKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(10), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await recordings.KeepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old recordings could not be dropped and will be in ten minutes: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
