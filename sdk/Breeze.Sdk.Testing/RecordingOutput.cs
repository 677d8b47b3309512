using System.Text;

namespace Breeze.Sdk.Testing;

sealed class RecordingOutput : ICommandOutput, IDisposable
{
    readonly Lock sync = new();
    readonly MemoryStream stdout = new();
    readonly MemoryStream stderr = new();

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            (stream == OutputStream.Stdout ? stdout : stderr).Write(utf8.Span);
        }

        return ValueTask.CompletedTask;
    }

    public CommandRun ToRun(CommandOutcome outcome)
    {
        lock (sync)
        {
            return new CommandRun(outcome, Encoding.UTF8.GetString(stdout.ToArray()), Encoding.UTF8.GetString(stderr.ToArray()));
        }
    }

    public void Dispose()
    {
        stdout.Dispose();
        stderr.Dispose();
    }
}
