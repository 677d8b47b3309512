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
            var catalog = new PluginCatalog(root.Texts("provides"), [.. root.Objects("metrics").Select(ReadMetric)]);
            root.End();
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
