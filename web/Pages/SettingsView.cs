using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breeze.Web.Pages;

/// <summary>Settings as a form, made from their schema: switches, numbers, texts, choices and lists of texts; what is none of these as JSON.</summary>
public sealed record SettingsView(IReadOnlyList<SettingField> Fields, JsonObject Stored)
{
    /// <param name="schema">A JSON Schema of an object; null when there is nothing to set.</param>
    /// <param name="settings">Those that are stored.</param>
    /// <param name="secrets">The names of the secrets that are there, when they are not among what is stored.</param>
    public static SettingsView Read(string? schema, string settings, IReadOnlyCollection<string>? secrets = null)
    {
        var stored = JsonNode.Parse(settings) as JsonObject ?? [];
        var fields = new List<SettingField>();
        if (schema is not null && JsonNode.Parse(schema) is JsonObject root && root["properties"] is JsonObject properties)
        {
            var required = root["required"] is JsonArray names ? names.Select(n => n?.ToString()).ToHashSet() : [];
            foreach (var (name, property) in properties)
            {
                if (property is JsonObject definition)
                {
                    var field = SettingField.Read(name, definition, stored[name]);
                    fields.Add(field with { IsSet = secrets?.Contains(name) ?? true, IsRequired = required.Contains(name) });
                }
            }
        }
        return new(fields, stored);
    }

    /// <summary>The stored settings with what the form says in their place. What a form cannot say is kept.</summary>
    public JsonElement Apply(IFormCollection form)
    {
        var result = (JsonObject)Stored.DeepClone();
        foreach (var field in Fields)
        {
            var text = form[field.FormName].ToString();
            if (field.Kind == SettingKind.Secret && text.Length == 0)
            {
                continue;
            }
            if (field.Parse(text) is { } value)
            {
                result[field.Name] = value;
            }
            else
            {
                result.Remove(field.Name);
            }
        }
        return JsonSerializer.SerializeToElement(result);
    }
}

/// <summary>How a setting is asked for.</summary>
public enum SettingKind
{
    Switch,
    Number,
    Text,
    Secret,
    Choice,
    List,
    Json,
}

/// <summary>One setting.</summary>
public sealed record SettingField(string Name, SettingKind Kind, string Title, string Description, string Value, IReadOnlyList<string> Choices, bool IsInteger)
{
    /// <summary>For a secret: whether there is one, which stays when the field is left empty.</summary>
    public bool IsSet { get; init; } = true;

    public bool IsRequired { get; init; }

    public string FormName => "setting-" + Name;

    public static SettingField Read(string name, JsonObject definition, JsonNode? stored)
    {
        var choices = definition["enum"] is JsonArray values ? values.Select(v => v?.ToString() ?? "").ToList() : [];
        var type = definition["type"] is JsonValue single ? single.ToString() : "";
        var kind = choices.Count > 0 ? SettingKind.Choice : type switch
        {
            "boolean" => SettingKind.Switch,
            "integer" or "number" => SettingKind.Number,
            "string" when definition["writeOnly"]?.GetValueKind() == JsonValueKind.True || (string?)definition["format"] == "password" => SettingKind.Secret,
            "string" => SettingKind.Text,
            "array" when (string?)definition["items"]?["type"] == "string" => SettingKind.List,
            _ => SettingKind.Json,
        };
        var value = stored ?? definition["default"];
        var text = kind switch
        {
            SettingKind.Secret => "",
            SettingKind.List when value is JsonArray items => string.Join('\n', items.Select(i => i?.ToString())),
            SettingKind.Json => value?.ToJsonString() ?? "",
            _ => value?.ToString() ?? "",
        };
        return new(name, kind, (string?)definition["title"] ?? name, (string?)definition["description"] ?? "", text, choices, type == "integer");
    }

    /// <summary>From the form to JSON; null when the field is empty, so that the default counts. What cannot be read goes on as text for the schema to refuse.</summary>
    public JsonNode? Parse(string text) => Kind switch
    {
        SettingKind.Switch => JsonValue.Create(text.Contains("true", StringComparison.Ordinal)),
        SettingKind.List => new JsonArray([.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => (JsonNode)JsonValue.Create(l))]),
        _ when text.Trim().Length == 0 => null,
        SettingKind.Number when IsInteger && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        SettingKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        SettingKind.Json => ParseJson(text),
        _ => JsonValue.Create(text),
    };

    static JsonNode? ParseJson(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
