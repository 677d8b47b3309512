using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary>Writes and reads <c>catalog.json</c>.</summary>
public static class PluginCatalogJson
{
    public static byte[] Write(PluginCatalog catalog)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteTexts(json, "provides", catalog.Provides);
            json.WriteStartArray("metrics");
            foreach (var metric in catalog.Metrics)
            {
                WriteMetric(json, metric);
            }

            json.WriteEndArray();
            if (catalog.Inventory.Count > 0)
            {
                WriteInventory(json, catalog.Inventory);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    public static (PluginCatalog? Catalog, PluginError? Error) Read(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            using var document = StrictJson.Parse(utf8Json);
            var root = new StrictObject(document.RootElement, "");
            var catalog = new PluginCatalog(root.Texts("provides"), [.. root.Objects("metrics").Select(ReadMetric)])
            {
                Inventory = [.. root.Objects("inventory").Select(ReadInventory)],
            };
            root.End();
            if (CatalogInventoryRules.Check(catalog.Inventory) is var (path, message))
            {
                throw new StrictJsonException(path, message);
            }

            return (catalog, null);
        }
        catch (StrictJsonException exception)
        {
            return (null, new PluginError(PluginErrorCodes.ManifestInvalid, $"{PluginCatalog.FileName}: {exception.Message}"));
        }
    }

    static CatalogMetric ReadMetric(StrictObject item)
    {
        var metric = new CatalogMetric(
            item.Text("name"), item.Text("unit"), item.Text("kind"), item.OptionalText("title"), item.Text("description"), item.Texts("labels"),
            item.OptionalNumber("warning"), item.OptionalNumber("critical"));
        item.End();
        return metric;
    }

    static CatalogInventory ReadInventory(StrictObject item)
    {
        var kind = new CatalogInventory(item.Text("kind"), item.Text("description"), [.. item.Objects("fields").Select(ReadField)]);
        item.End();
        return kind;
    }

    static CatalogField ReadField(StrictObject item)
    {
        var field = new CatalogField(item.Text("name"), item.Text("value"), item.Text("description"), item.OptionalFlag("list") ?? false);
        item.End();
        return field;
    }

    static void WriteInventory(Utf8JsonWriter json, IReadOnlyList<CatalogInventory> kinds)
    {
        json.WriteStartArray("inventory");
        foreach (var kind in kinds)
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.Kind);
            json.WriteString("description", kind.Description);
            json.WriteStartArray("fields");
            foreach (var field in kind.Fields)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteString("value", field.Value);
                if (field.IsList)
                {
                    json.WriteBoolean("list", true);
                }

                json.WriteString("description", field.Description);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteMetric(Utf8JsonWriter json, CatalogMetric metric)
    {
        json.WriteStartObject();
        json.WriteString("name", metric.Name);
        json.WriteString("unit", metric.Unit);
        json.WriteString("kind", metric.Kind);
        if (metric.Title is not null)
        {
            json.WriteString("title", metric.Title);
        }

        json.WriteString("description", metric.Description);
        WriteTexts(json, "labels", metric.Labels);
        if (metric.Warning is { } warning)
        {
            json.WriteNumber("warning", warning);
        }

        if (metric.Critical is { } critical)
        {
            json.WriteNumber("critical", critical);
        }

        json.WriteEndObject();
    }

    static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
