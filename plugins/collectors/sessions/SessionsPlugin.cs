using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Sessions;

/// <summary>Adds the collector of who is signed in.</summary>
public sealed class SessionsPlugin : IBreezePlugin
{
    readonly InventoryCollector _collector = new("sessions", TimeSpan.FromMinutes(1), isSlow: false);

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var reader = SessionReaders.ForThisSystem(context.Processes, context.Time);
        _collector.Start(async stop => JsonSerializer.SerializeToUtf8Bytes(
            SessionsDocument.Of(await reader.ReadAsync(stop).ConfigureAwait(false)), SessionsJson.Default.SessionsDocument), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => _collector.StopAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _collector.StopAsync();
}
