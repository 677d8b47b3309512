using System.Buffers;
using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors;

/// <summary>Runs a tool of the operating system for what it writes, within a time and a size.</summary>
sealed class Tool : ICommandOutput
{
    const int Largest = 8 * 1024 * 1024;

    /// <summary>Tools are read by what they write in English, with times in UTC.</summary>
    static readonly IReadOnlyDictionary<string, string> Plain = new Dictionary<string, string> { ["LC_ALL"] = "C", ["LANG"] = "C", ["TZ"] = "UTC" };

    readonly ArrayBufferWriter<byte> _out = new();
    readonly ArrayBufferWriter<byte> _error = new();

    /// <summary>What a tool wrote.</summary>
    /// <param name="ExitCode">Its exit code; <see langword="null"/> when it was missing or ended by its time limit.</param>
    public sealed record Answer(int? ExitCode, string Text, string Error)
    {
        /// <summary>The output of a tool that did well.</summary>
        public string? Good => ExitCode == 0 ? Text : null;

        /// <summary>The output as JSON, or <see langword="null"/> when the tool did not do well or says something else.</summary>
        public JsonElement? Json()
        {
            if (ExitCode != 0 || Text.Length == 0)
                return null;
            try
            {
                using var document = JsonDocument.Parse(Text);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public static async ValueTask<Answer> RunAsync(
        IProcessRunner processes, string fileName, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var output = new Tool();
        var spec = new ProcessSpec(fileName, arguments, limit) { Environment = environment is null ? Plain : Merge(environment) };
        var outcome = await processes.RunAsync(spec, output, cancellationToken).ConfigureAwait(false);
        return new Answer(outcome.End == ProcessEnd.Exited ? outcome.ExitCode : null, Text(output._out), Text(output._error));
    }

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        var buffer = stream == OutputStream.Stdout ? _out : _error;
        lock (buffer)
        {
            if (buffer.WrittenCount + utf8.Length <= Largest)
                buffer.Write(utf8.Span);
        }
        return ValueTask.CompletedTask;
    }

    static string Text(ArrayBufferWriter<byte> buffer)
    {
        lock (buffer)
            return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> more)
    {
        var merged = new Dictionary<string, string>(Plain);
        foreach (var (name, value) in more)
            merged[name] = value;
        return merged;
    }
}
