using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Remote;

/// <summary>Ends sessions that nobody joined, and those that a crash left open.</summary>
public sealed partial class RemoteSweeper(RemoteSwitch remote, TimeProvider time, ILogger<RemoteSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(15), time);
        do
        {
            try
            {
                await remote.SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Old remote sessions could not be ended and will be in a moment: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
