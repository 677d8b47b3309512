using System.Buffers;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Collectors.Hardware;

/// <summary>Runs a tool of the operating system that answers with JSON.</summary>
sealed class ToolOutput : ICommandOutput
{
    const int Largest = 4 * 1024 * 1024;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(9);
    readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The answer, or <see langword="null"/> when the tool is missing, slow or says something else.</summary>
    public static async ValueTask<JsonElement?> AskAsync(
        IProcessRunner processes, string fileName, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = new ToolOutput();
        var outcome = await processes.RunAsync(new ProcessSpec(fileName, arguments, Limit), output, cancellationToken).ConfigureAwait(false);
        if (outcome is not { End: ProcessEnd.Exited, ExitCode: 0 })
            return null;
        try
        {
            using var document = JsonDocument.Parse(output._bytes.WrittenMemory);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        if (stream == OutputStream.Stdout && _bytes.WrittenCount + utf8.Length <= Largest)
            _bytes.Write(utf8.Span);
        return ValueTask.CompletedTask;
    }
}
