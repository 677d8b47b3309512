using Breeze.Sdk;

namespace Breeze.Runtimes.Bash;

/// <summary>Adds Bash as a language for scripts.</summary>
public sealed class BashPlugin : IBreezePlugin
{
    readonly BashRuntime _runtime = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddScriptRuntime(_runtime);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _runtime.Start(context.Processes, BashOptions.Read(context.Settings));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
