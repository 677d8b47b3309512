using Breeze.Sdk;

namespace Breeze.Runtimes.Python;

/// <summary>Adds Python as a language for scripts.</summary>
public sealed class PythonPlugin : IBreezePlugin
{
    readonly PythonRuntime _runtime = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddScriptRuntime(_runtime);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        _runtime.Start(context.Processes, PythonOptions.Read(context.Settings));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
