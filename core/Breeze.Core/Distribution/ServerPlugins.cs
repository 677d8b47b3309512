using System.Text.Json;
using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Core.Transport;
using Breeze.PluginHost;
using Breeze.Sdk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Distribution;

/// <summary>Keeps this node's plugins as the database wants them, and the agents' configurations with them.</summary>
public sealed partial class ServerPlugins(
    Database database, IPluginHost host, PackageCatalog catalog, PublisherTrust trust, AgentConfigurations configurations, WakeService wake, EventBus bus,
    ILogger<ServerPlugins> logger) : BackgroundService
{
    readonly SemaphoreSlim _reconciling = new(1);
    readonly Dictionary<string, (string Hash, string Settings)> _wanted = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changes = bus.Subscribe(Topics.Plugins);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await ReconcileAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(logger, e.Message);
                }
                // The timer catches what a lost message did not tell.
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                wait.CancelAfter(TimeSpan.FromSeconds(30));
                try
                {
                    await changes.Reader.ReadAsync(wait.Token);
                }
                catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
                {
                }
            }
        }
        finally
        {
            bus.Unsubscribe(Topics.Plugins, changes);
        }
    }

    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await _reconciling.WaitAsync(cancellationToken);
        try
        {
            host.UpdateTrust(await trust.LoadAsync(cancellationToken));
            if (await configurations.RefreshAsync(cancellationToken))
            {
                wake.WakeAllLocally();
            }
            var wanted = await ReadAsync(cancellationToken);
            foreach (var (id, plugin) in wanted)
            {
                if (!_wanted.TryGetValue(id, out var current) || current != plugin)
                {
                    await LoadAsync(id, plugin, current, cancellationToken);
                    _wanted[id] = plugin;
                }
            }
            foreach (var id in _wanted.Keys.Except(wanted.Keys).ToList())
            {
                await host.UnloadAsync(id, StopReason.Removed, cancellationToken);
                _wanted.Remove(id);
            }
        }
        finally
        {
            _reconciling.Release();
        }
    }

    async Task LoadAsync(string id, (string Hash, string Settings) plugin, (string Hash, string Settings) current, CancellationToken cancellationToken)
    {
        using var settings = JsonDocument.Parse(plugin.Settings);
        PluginLoadResult result;
        if (plugin.Hash == current.Hash)
        {
            result = await host.ReloadAsync(id, settings.RootElement.Clone(), cancellationToken);
        }
        else if (await catalog.ReadAsync(plugin.Hash, cancellationToken) is { } content)
        {
            result = await host.LoadAsync(new MemoryStream(content, writable: false), settings.RootElement.Clone(), cancellationToken);
        }
        else
        {
            return;
        }
        if (!result.IsSuccess)
        {
            LogNotLoaded(logger, id, result.Error.Code, result.Error.Message);
        }
    }

    async Task<Dictionary<string, (string Hash, string Settings)>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand(
            """
            SELECT p.id, p.active_hash, p.settings FROM plugins p JOIN plugin_packages k ON k.hash = p.active_hash
            JOIN trusted_publishers t ON t.key_id = k.signer
            WHERE p.enabled AND t.revoked_at IS NULL AND k.manifest->'hosts' ? 'server'
            """);
        var wanted = new Dictionary<string, (string, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            wanted[reader.GetString(0)] = (reader.GetString(1), reader.GetString(2));
        }
        return wanted;
    }

    [LoggerMessage(LogLevel.Warning, "The plugin {Id} was not loaded ({Code}): {Message}")]
    static partial void LogNotLoaded(ILogger logger, string id, string code, string message);

    [LoggerMessage(LogLevel.Warning, "The plugins could not be brought up to date and will be in 30 s: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
