using System.Text.Json;

namespace Breeze.Web.Pages;

/// <summary>Audit actions as people say them: <c>device.command_queued</c> is "device: command queued".</summary>
public static class AuditWords
{
    /// <summary>The detail of an entry, a member a line.</summary>
    public static string Detail(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string action)
    {
        var dot = action.LastIndexOf('.');
        return dot < 0 ? action.Replace('_', ' ') : $"{action[..dot].Replace('_', ' ').Replace('.', ' ')}: {action[(dot + 1)..].Replace('_', ' ')}";
    }
}
