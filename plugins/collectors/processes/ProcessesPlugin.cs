using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>Adds the metrics of the busiest programs and the commands that list processes and end one.</summary>
public sealed class ProcessesPlugin : IBreezePlugin
{
    readonly TopCollector _collector = new();
    readonly ListCommand _list = new();
    readonly KillCommand _kill = new();

    /// <inheritdoc />
    public void Register(IPluginBuilder builder) => builder.AddCollector(_collector).AddCommandHandler(_list).AddCommandHandler(_kill);

    /// <inheritdoc />
    public ValueTask StartAsync(IPluginContext context, CancellationToken cancellationToken)
    {
        var reader = ProcessReaders.ForThisSystem(context.Processes);
        _list.Start(reader, context.Time);
        _kill.Start(reader);
        _collector.Start(reader, ProcessesOptions.Read(context.Settings), context.Time);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask StopAsync(StopReason reason, CancellationToken cancellationToken)
    {
        _list.Stop();
        _kill.Stop();
        _collector.Stop();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
