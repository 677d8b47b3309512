using Breeze.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Transport;

/// <summary>Keeps this node's view of agents and wake-ups current: by messages of other nodes at once, by a timer in any case.</summary>
public sealed partial class AgentDirectoryRefresher(AgentDirectory directory, WakeService wake, EventBus bus, ILogger<AgentDirectoryRefresher> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RefreshAsync(stoppingToken), ForgetAsync(stoppingToken), wake.ListenAsync(stoppingToken));

    async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var changes = bus.Subscribe(Topics.Agents);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            wait.CancelAfter(TimeSpan.FromSeconds(20));
            try
            {
                await changes.Reader.ReadAsync(wait.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
            }
            try
            {
                await directory.RefreshAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in bus.ListenAsync(Topics.AgentRemoved, cancellationToken))
        {
            if (message.Length == 16)
            {
                directory.Forget(new Guid(message));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The agents could not be read again and will be in 20 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
