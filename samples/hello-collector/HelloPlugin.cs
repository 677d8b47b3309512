using System.Text.Json;
using Breeze.Sdk;

namespace HelloCollector;

public sealed class HelloPlugin : IBreezePlugin
{
    readonly FolderCollector collector = new();

    public void Register(IPluginBuilder builder) => builder.AddCollector(collector);

    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var options = context.Settings.Deserialize(HelloJson.Default.HelloOptions) ?? new HelloOptions();
        collector.Configure(options);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
