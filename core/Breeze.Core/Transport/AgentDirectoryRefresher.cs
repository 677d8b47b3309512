using System.Text;
using Breeze.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Transport;

/// <summary>Keeps this node's view of agents and wake-ups current: by messages of other nodes at once, by a timer in any case.</summary>
public sealed partial class AgentDirectoryRefresher(AgentDirectory directory, AgentTokens tokens, WakeService wake, EventBus bus, ILogger<AgentDirectoryRefresher> logger)
    : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RefreshAsync(stoppingToken), ForgetAsync(stoppingToken), CloseAsync(stoppingToken), ObserveAsync(stoppingToken), wake.ListenAsync(stoppingToken));

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
            // A thousand enrolments at once are one refresh or a few, not a thousand.
            while (changes.Reader.TryRead(out _))
            {
            }
            try
            {
                await tokens.SweepAsync(cancellationToken);
                await directory.RefreshAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
            await Task.Delay(Pause, cancellationToken);
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

    /// <summary>One message for however many devices: a message for each could be lost among so many.</summary>
    async Task CloseAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in bus.ListenAsync(Topics.OrganizationClosed, cancellationToken))
        {
            if (message.Length == 16)
            {
                foreach (var device in directory.ForgetOrganization(new Guid(message)))
                {
                    wake.DisconnectLocally(device);
                }
            }
        }
    }

    /// <summary>The same agent may report to any node.</summary>
    async Task ObserveAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in bus.ListenAsync(Topics.AgentInstance, cancellationToken))
        {
            // What this node has seen itself it has taken note of, in the right order.
            if (message.Length > 32 && new Guid(message.AsSpan(0, 16)) != bus.NodeId)
            {
                directory.Find(new Guid(message.AsSpan(16, 16)))?.Instances.Observe(Encoding.UTF8.GetString(message.AsSpan(32)));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The agents could not be read again and will be in 20 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
