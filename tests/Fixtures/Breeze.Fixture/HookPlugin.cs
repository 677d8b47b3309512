using Breeze.Sdk;

namespace Breeze.Fixture;

/// <summary>A server plugin whose channel posts to an address of its settings.</summary>
public sealed class HookPlugin : IBreezePlugin
{
    IPluginContext? context;

    public void Register(IPluginBuilder builder) => builder.AddAlertChannel(new HookChannel(() => context!.CreateHttpClient()));

    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        this.context = context;
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
