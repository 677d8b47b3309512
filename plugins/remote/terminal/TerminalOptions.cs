using System.Text.Json;

namespace Breeze.Remote.Terminal;

/// <summary>What the technician asked for. It is input.</summary>
/// <param name="Shell">One of the device's shells; null for its default.</param>
sealed record TerminalOptions(string? Shell, TerminalSize Size)
{
    /// <summary>Null when it cannot be meant so; the words then say why.</summary>
    public static TerminalOptions? Read(JsonElement options, IReadOnlyList<string> shells, out string? error)
    {
        error = null;
        if (options.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new(null, new(80, 24));
        if (options.ValueKind != JsonValueKind.Object)
        {
            error = "The options of a terminal must be an object with shell, columns and rows.";
            return null;
        }
        var size = new TerminalSize(Number(options, "columns", 80), Number(options, "rows", 24));
        if (!size.IsValid)
        {
            error = "columns and rows must be whole numbers from 1 to 1000.";
            return null;
        }
        if (!options.TryGetProperty("shell", out var given) || given.ValueKind == JsonValueKind.Null)
            return new(null, size);
        // What runs is a name of the list, never what was sent.
        if (given.ValueKind == JsonValueKind.String && shells.FirstOrDefault(given.ValueEquals) is { } shell)
            return new(shell, size);
        error = $"That is no shell of this device. It has: {string.Join(", ", shells)}.";
        return null;
    }

    static int Number(JsonElement options, string name, int otherwise) =>
        !options.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}
