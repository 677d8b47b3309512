using System.Text.Json;

namespace Breeze.Web.Pages;

/// <summary>Audit actions as people say them: <c>device.command_queued</c> is "device: command queued".</summary>
public static class AuditWords
{
    /// <summary>What is not written as its letters say.</summary>
    static readonly Dictionary<string, string> Things = new()
    {
        ["alertmanager"] = "Alertmanager",
        ["api_key"] = "API key",
        ["on_call_schedule"] = "on-call schedule",
        ["sso_provider"] = "single sign-on",
    };

    /// <summary>What would read as an order, or say too little.</summary>
    static readonly Dictionary<string, string> Deeds = new()
    {
        ["alertmanager.received"] = "alerts taken in",
        ["alert.assigned"] = "assigned, or given back",
        ["alert.unacknowledged"] = "acknowledgement taken back",
        ["notification_channel.tested"] = "test sent",
        ["contact_method.tested"] = "test sent",
        ["notification_route.ordered"] = "order changed",
        ["on_call_schedule.override_added"] = "stand-in entered",
        ["on_call_schedule.override_removed"] = "stand-in taken back",
    };

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
        if (dot < 0)
        {
            return action.Replace('_', ' ');
        }
        var thing = action[..dot];
        return $"{Things.GetValueOrDefault(thing) ?? thing.Replace('_', ' ').Replace('.', ' ')}: {Deeds.GetValueOrDefault(action) ?? action[(dot + 1)..].Replace('_', ' ')}";
    }
}
