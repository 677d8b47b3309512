using Breeze.Sdk;

namespace Breeze.Agent.Commands;

/// <summary>Keeps the output of a command for its result and shows it to whoever watches.</summary>
sealed class CapturedOutput(LiveOutput live) : ICommandOutput
{
    readonly Lock _gate = new();
    readonly CapturedStream _stdout = new();
    readonly CapturedStream _stderr = new();

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            (stream == OutputStream.Stdout ? _stdout : _stderr).Write(utf8.Span);
        }

        live.Write(stream, utf8.Span);
        return ValueTask.CompletedTask;
    }

    public (string Stdout, string Stderr) Read(string? message)
    {
        lock (_gate)
        {
            var stderr = _stderr.ToString();
            if (message is { Length: > 0 })
            {
                stderr = stderr.Length == 0 || stderr.EndsWith('\n') ? stderr + message : $"{stderr}\n{message}";
            }

            return (_stdout.ToString(), stderr);
        }
    }
}
