using System.Text.Json;
using Breeze.Sdk;

namespace HelloServer;

public sealed class HelloPlugin : IBreezePlugin
{
    readonly HelloState state = new();

    public void Register(IPluginBuilder builder) => builder
        .AddUiFragment(new HelloCard(state))
        .AddEndpoint(new PluginEndpoint("GET", "status", "plugins:read", AnswerAsync))
        .AddScheduledJob(new ScheduledJob("count", "0 * * * *", CountAsync));

    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        state.Begin(
            context.Settings.Deserialize(HelloJson.Default.HelloOptions) ?? new HelloOptions(),
            context.Time.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    ValueTask<PluginResponse> AnswerAsync(PluginRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(PluginResponse.Json(JsonSerializer.SerializeToUtf8Bytes(state.Describe(), HelloJson.Default.HelloStatus)));

    ValueTask CountAsync(CancellationToken cancellationToken)
    {
        state.CountJob();
        return ValueTask.CompletedTask;
    }
}
