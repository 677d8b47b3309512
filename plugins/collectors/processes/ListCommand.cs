using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary><c>process.list</c>: writes all processes as one JSON object to standard output.</summary>
sealed class ListCommand : ICommandHandler
{
    /// <summary>An answer holds 1 MiB; a process takes a few hundred bytes, most of them its command line.</summary>
    const int Most = 1200;
    const int LargestAnswer = 1_000_000;

    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    volatile IProcessReader? _reader;
    TimeProvider _time = TimeProvider.System;

    public string Type => "process.list";

    public void Start(IProcessReader reader, TimeProvider time) => (_time, _reader) = (time, reader);

    public void Stop() => _reader = null;

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (_reader is not { } reader)
            return CommandOutcome.Failed("The plugin is being replaced. Try again.");
        var started = _time.GetTimestamp();
        var before = (await reader.ReadAsync(withDetails: false, cancellationToken).ConfigureAwait(false))
            .DistinctBy(process => (process.Pid, process.Instance)).ToDictionary(process => (process.Pid, process.Instance), process => process.CpuSeconds);
        await Task.Delay(Between, _time, cancellationToken).ConfigureAwait(false);
        var after = await reader.ReadAsync(withDetails: true, cancellationToken).ConfigureAwait(false);
        var seconds = Math.Max(_time.GetElapsedTime(started).TotalSeconds, 0.001);
        var items = after.Select(process => new ProcessItem(
                process.Pid, process.Parent, process.Name, process.User,
                Math.Round(Math.Max(0, process.CpuSeconds - before.GetValueOrDefault((process.Pid, process.Instance), process.CpuSeconds)) / seconds, 3),
                process.MemoryBytes, process.StartedAt, process.Instance, process.CommandLine))
            .OrderByDescending(item => item.Cpu).ThenByDescending(item => item.MemoryBytes).ThenBy(item => item.Pid).ToList();
        await output.WriteAsync(OutputStream.Stdout, Json(items), cancellationToken).ConfigureAwait(false);
        return CommandOutcome.Completed();
    }

    static byte[] Json(List<ProcessItem> items)
    {
        for (var most = Most; ; most /= 2)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(new ProcessList(items.Count, Environment.ProcessorCount, [.. items.Take(most)]), ProcessesJson.Default.ProcessList);
            if (bytes.Length <= LargestAnswer)
                return bytes;
        }
    }
}
