using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breeze.PluginHost;

/// <summary>Prepares a plugin's settings: fills in the defaults of the package's schema and checks the result against it.</summary>
public static class PluginSettings
{
    static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    // Parsed once and cloned out of its document, so nothing has to be disposed of.
    static readonly JsonElement EmptyObject = Parse("{}"u8.ToArray());

    /// <param name="schema">The package's <c>config.schema.json</c>, when it has one.</param>
    /// <param name="settings">An object; <see langword="null"/> for an empty one.</param>
    /// <param name="validate">Whether to check, or to fill in the defaults only.</param>
    /// <returns>The complete settings, or an error that names the path of each fault and never a value.</returns>
    public static async Task<(JsonElement Settings, PluginError? Error)> PrepareAsync(
        ReadOnlyMemory<byte>? schema, JsonElement? settings, bool validate)
    {
        var given = settings is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value : EmptyObject;
        if (given.ValueKind is not JsonValueKind.Object)
        {
            return (default, new PluginError(PluginErrorCodes.SettingsInvalid, "The settings must be a JSON object."));
        }

        if (schema is not { } schemaJson)
        {
            return given.EnumerateObject().Any() && validate
                ? (default, new PluginError(PluginErrorCodes.SettingsInvalid, "The plugin has no settings, but some were given."))
                : (given.Clone(), null);
        }

        JsonElement schemaRoot;
        try
        {
            schemaRoot = Parse(schemaJson);
        }
        catch (JsonException exception)
        {
            return (default, new PluginError(
                PluginErrorCodes.ManifestInvalid, $"{PluginPackage.SettingsSchemaFileName} is not valid JSON: {exception.Message}"));
        }

        if (SchemaDefaults.FindForeignReference(schemaRoot) is { } reference)
        {
            return (default, new PluginError(
                PluginErrorCodes.ManifestInvalid,
                $"{PluginPackage.SettingsSchemaFileName} refers to \"{reference}\"; only references within the schema (#/…) are allowed."));
        }

        JsonObject complete;
        try
        {
            complete = (JsonObject)JsonNode.Parse(given.GetRawText(), documentOptions: NoDuplicates)!;
        }
        catch (JsonException exception)
        {
            return (default, new PluginError(PluginErrorCodes.SettingsInvalid, $"The settings are not valid: {exception.Message}"));
        }

        new SchemaDefaults(schemaRoot).Fill(complete);
        var json = complete.ToJsonString();
        var problems = validate ? await SchemaValidator.ValidateAsync(schemaRoot.GetRawText(), json) : [];
        return problems.Count == 0
            ? (Parse(System.Text.Encoding.UTF8.GetBytes(json)), null)
            : (default, new PluginError(PluginErrorCodes.SettingsInvalid, $"The settings are not valid: {string.Join("; ", problems)}."));
    }

    static JsonElement Parse(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        return document.RootElement.Clone();
    }
}
