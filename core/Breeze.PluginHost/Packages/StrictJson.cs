using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary>Parses JSON that people or the packer write, refusing what a lenient parser would let pass.</summary>
static class StrictJson
{
    static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <exception cref="StrictJsonException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
            return JsonDocument.Parse(utf8Json.Span.StartsWith(byteOrderMark) ? utf8Json[3..] : utf8Json, Options);
        }
        catch (JsonException exception)
        {
            throw new StrictJsonException("", $"is not valid JSON: {exception.Message}");
        }
    }
}
