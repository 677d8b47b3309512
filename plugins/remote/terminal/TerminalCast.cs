using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Remote.Terminal;

/// <summary>Writes what a terminal shows as asciicast v2: a header, then a line for each output and each change of size. What is typed is not in it. Safe from any thread.</summary>
sealed class TerminalCast(IRemoteRecording recording, TimeProvider time)
{
    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly SemaphoreSlim _writing = new(1);

    /// <summary>A character may come in two pieces.</summary>
    readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    readonly ArrayBufferWriter<byte> _line = new();
    long _began;

    public async Task BeginAsync(TerminalSize size, string shell, CancellationToken cancellationToken)
    {
        _began = time.GetTimestamp();
        await WriteAsync(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("version", 2);
                writer.WriteNumber("width", size.Columns);
                writer.WriteNumber("height", size.Rows);
                writer.WriteNumber("timestamp", time.GetUtcNow().ToUnixTimeSeconds());
                writer.WriteStartObject("env");
                writer.WriteString("SHELL", shell);
                writer.WriteString("TERM", "xterm-256color");
                writer.WriteEndObject();
                writer.WriteEndObject();
                return true;
            }, cancellationToken).ConfigureAwait(false);
    }

    public Task OutputAsync(ReadOnlyMemory<byte> output, CancellationToken cancellationToken) => WriteAsync(
        writer =>
        {
            var text = new char[Encoding.UTF8.GetMaxCharCount(output.Length)];
            var length = _decoder.GetChars(output.Span, text, flush: false);
            WriteEvent(writer, "o", text.AsSpan(0, length));
            return length > 0;
        }, cancellationToken);

    public Task ResizedAsync(TerminalSize size, CancellationToken cancellationToken) => WriteAsync(
        writer =>
        {
            WriteEvent(writer, "r", $"{size.Columns}x{size.Rows}");
            return true;
        }, cancellationToken);

    void WriteEvent(Utf8JsonWriter writer, string code, ReadOnlySpan<char> data)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(Math.Round((decimal)time.GetElapsedTime(_began).TotalSeconds, 6));
        writer.WriteStringValue(code);
        writer.WriteStringValue(data);
        writer.WriteEndArray();
    }

    /// <summary>One line, unless there is nothing to say after all.</summary>
    async Task WriteAsync(Func<Utf8JsonWriter, bool> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _line.ResetWrittenCount();
            bool isWritten;
            using (var writer = new Utf8JsonWriter(_line, Json))
                isWritten = write(writer);
            if (isWritten)
            {
                _line.Write("\n"u8);
                await recording.WriteAsync(_line.WrittenMemory, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
