using System.Text;
using Breeze.Sdk;

namespace Breeze.Runtimes;

/// <summary>Asks an interpreter for its version.</summary>
static class VersionProbe
{
    /// <summary>Within the second that a probe may take.</summary>
    public static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(900);

    /// <summary>A script that waits for its interpreter waits longer: a device that is busy is not one without it.</summary>
    public static readonly TimeSpan ScriptLimit = TimeSpan.FromSeconds(30);

    /// <summary>The version, or <see langword="null"/> when the interpreter does not answer with one.</summary>
    public static async ValueTask<string?> AskAsync(
        IProcessRunner processes, Interpreter interpreter, TimeSpan limit, CancellationToken cancellationToken)
    {
        var text = new FirstLines();
        var spec = new ProcessSpec(interpreter.Executable, [.. interpreter.Arguments, "--version"], limit);
        var outcome = await processes.RunAsync(spec, text, cancellationToken).ConfigureAwait(false);
        return outcome is { End: ProcessEnd.Exited, ExitCode: 0 } ? Parse(text.ToString()) : null;
    }

    /// <summary>The first word that starts with a digit and has a dot, without what a vendor appends: <c>5.2.15(1)-release</c> is 5.2.15.</summary>
    public static string? Parse(string text)
    {
        foreach (var word in text.Split((char[])[' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!char.IsAsciiDigit(word[0]) || !word.Contains('.', StringComparison.Ordinal))
                continue;
            var end = word.AsSpan().IndexOfAny("(-+");
            return end < 0 ? word : word[..end];
        }
        return null;
    }

    sealed class FirstLines : ICommandOutput
    {
        const int Most = 1024;
        readonly StringBuilder _text = new();

        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
        {
            lock (_text)
            {
                if (_text.Length < Most)
                    _text.Append(Encoding.UTF8.GetString(utf8.Span));
            }
            return ValueTask.CompletedTask;
        }

        public override string ToString()
        {
            lock (_text)
                return _text.ToString();
        }
    }
}
