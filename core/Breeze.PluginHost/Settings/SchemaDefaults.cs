using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breeze.PluginHost;

/// <summary>Fills in what a JSON Schema gives a <c>default</c> for, in objects, nested objects and arrays of objects.</summary>
sealed class SchemaDefaults(JsonElement root)
{
    const int MaxDepth = 32;

    public void Fill(JsonObject settings) => Fill(root, settings, 0);

    /// <summary>Finds a reference to another document: following it would mean network or file access for whoever wrote the schema.</summary>
    public static string? FindForeignReference(JsonElement schema)
    {
        switch (schema.ValueKind)
        {
            case JsonValueKind.Array:
                return schema.EnumerateArray().Select(FindForeignReference).FirstOrDefault(found => found is not null);
            case JsonValueKind.Object:
                if (TryGetReference(schema, out var reference) && !reference.StartsWith('#'))
                {
                    return reference;
                }

                return schema.EnumerateObject().Select(member => FindForeignReference(member.Value)).FirstOrDefault(found => found is not null);
            default:
                return null;
        }
    }

    void Fill(JsonElement schema, JsonNode? node, int depth)
    {
        schema = Resolve(schema);
        if (depth > MaxDepth || schema.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        if (node is JsonObject target && schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                FillProperty(target, property.Name, property.Value, depth);
            }
        }
        else if (node is JsonArray items && schema.TryGetProperty("items", out var itemSchema))
        {
            foreach (var item in items)
            {
                Fill(itemSchema, item, depth + 1);
            }
        }
    }

    void FillProperty(JsonObject target, string name, JsonElement schema, int depth)
    {
        if (!target.ContainsKey(name))
        {
            var resolved = Resolve(schema);
            if (TryGetDefault(schema, out var value) || TryGetDefault(resolved, out value))
            {
                target[name] = JsonNode.Parse(value.GetRawText());
            }
            else if (resolved.ValueKind is JsonValueKind.Object && resolved.TryGetProperty("properties", out _))
            {
                // An object without a default of its own appears only when something in it has one.
                var nested = new JsonObject();
                Fill(resolved, nested, depth + 1);
                if (nested.Count > 0)
                {
                    target[name] = nested;
                }

                return;
            }
        }

        Fill(schema, target[name], depth + 1);
    }

    JsonElement Resolve(JsonElement schema)
    {
        for (var step = 0; step < MaxDepth && TryGetReference(schema, out var reference); step++)
        {
            var target = root;
            foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                if (target.ValueKind is not JsonValueKind.Object || !target.TryGetProperty(name, out target))
                {
                    return default;
                }
            }

            schema = target;
        }

        return schema;
    }

    static bool TryGetReference(JsonElement schema, out string reference)
    {
        reference = schema.ValueKind is JsonValueKind.Object
            && schema.TryGetProperty("$ref", out var value)
            && value.ValueKind is JsonValueKind.String
            ? value.GetString()!
            : "";
        return reference.Length > 0;
    }

    static bool TryGetDefault(JsonElement schema, out JsonElement value)
    {
        value = default;
        return schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty("default", out value);
    }
}
