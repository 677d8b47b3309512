using System.Text;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Support;

/// <summary>Keeps what a process wrote, and lets a test await the moment when a text has arrived.</summary>
sealed class RecordingOutput : ICommandOutput
{
    readonly Lock _gate = new();
    readonly List<(OutputStream Stream, byte[] Bytes)> _chunks = [];
    readonly List<(string Text, TaskCompletionSource Seen)> _waits = [];

    public byte[] Stdout => All(OutputStream.Stdout);

    public string Text => Encoding.UTF8.GetString(Stdout);

    public string ErrorText => Encoding.UTF8.GetString(All(OutputStream.Stderr));

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _chunks.Add((stream, utf8.ToArray()));
            foreach (var (text, seen) in _waits)
            {
                if (Text.Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
        }
        return ValueTask.CompletedTask;
    }

    public Task WaitForAsync(string text)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Text.Contains(text, StringComparison.Ordinal))
                seen.SetResult();
            else
                _waits.Add((text, seen));
            return seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    byte[] All(OutputStream stream)
    {
        lock (_gate)
            return [.. _chunks.Where(chunk => chunk.Stream == stream).SelectMany(chunk => chunk.Bytes)];
    }
}
