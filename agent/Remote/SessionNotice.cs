using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>Shows the person at the device that a session runs, from its making until it is disposed of; also by plugins that come meanwhile.</summary>
sealed partial class SessionNotice : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PatienceForThePlugin = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _over = new();
    readonly PersonVisit _visit;
    readonly IExtensionRegistry _extensions;
    readonly Action _ended;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Task _showing;

    /// <param name="visit">What to tell.</param>
    /// <param name="extensions">Where the plugins are that tell it.</param>
    /// <param name="ended">Called when the person ends the session.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what plugins do wrong.</param>
    public SessionNotice(PersonVisit visit, IExtensionRegistry extensions, Action ended, TimeProvider time, ILogger logger)
    {
        (_visit, _extensions, _ended, _time, _logger) = (visit, extensions, ended, time, logger);
        _showing = ShowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAny(_showing, Task.Delay(PatienceForThePlugin, _time));
        _ = _showing.ContinueWith(_ => _over.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    async Task ShowAsync()
    {
        try
        {
            while (true)
            {
                using var round = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
                if (_extensions.AcquireAll<IPersonPrompt>() is { Count: > 0 } leases)
                {
                    var showing = leases.Select(lease => ShowAsync(lease, round.Token)).ToList();
                    var ended = await await Task.WhenAny(showing);
                    await round.CancelAsync();
                    if (ended)
                    {
                        _ended();
                    }

                    await Task.WhenAll(showing);
                    if (ended)
                    {
                        return;
                    }
                }

                await Task.Delay(Pause, _time, _over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    /// <summary>True when the person ended the session; false when this plugin shows nothing any more.</summary>
    async Task<bool> ShowAsync(ExtensionLease<IPersonPrompt> lease, CancellationToken cancellationToken)
    {
        using (lease)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Stopping);
            try
            {
                await Task.Run(() => lease.Value.ShowAsync(_visit, limit.Token), CancellationToken.None);
                return !limit.IsCancellationRequested;
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception error)
            {
                LogFault(_visit.SessionId, error);
                return false;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Remote session {Id}: the plugin that shows it at the device has failed")]
    private partial void LogFault(Guid id, Exception error);
}
