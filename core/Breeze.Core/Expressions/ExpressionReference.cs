using System.Text;
using Breeze.PluginHost;

namespace Breeze.Core.Expressions;

/// <summary>The field reference of docs/expressions.md, as the catalogue has it.</summary>
public static class ExpressionReference
{
    public const string Begin = "<!-- The fields below are written from the catalogue: BREEZE_WRITE_DOCS=1 and the test The_reference_is_what_the_catalogue_says write them anew. -->";

    public const string OfPlugins =
        """
        ## Fields of plugins

        These come with the plugins of this repository, for as long as they are switched on. The metrics of plugins are fields as well, by their names.
        """;

    /// <summary>The fields that a plugin's package adds.</summary>
    public static IReadOnlyList<ExpressionField> Fields(string plugin, IReadOnlyList<CatalogInventory> inventory) => [.. InventoryFields.Of(plugin, inventory)];

    public static string Markdown(ExpressionCatalog catalog) => Markdown(catalog.Fields);

    public static string Markdown(IReadOnlyList<ExpressionField> fields)
    {
        var text = new StringBuilder("| Field | Kind | What it is | Example |\n|---|---|---|---|\n");
        foreach (var field in fields)
        {
            text.Append("| `").Append(Written(field)).Append("` | ").Append(Kind(field)).Append(" | ").Append(Cell(field.Description));
            if (field.Values.Count > 0)
            {
                text.Append(" One of ").AppendJoin(", ", field.Values.Select(v => $"`{v}`")).Append('.');
            }
            text.Append(" | ").Append(field.Example.Length > 0 ? $"`{Cell(field.Example)}`" : "").Append(" |\n");
        }
        return text.ToString();
    }

    /// <summary>As a person writes the field.</summary>
    public static string Written(ExpressionField field) => field.Form switch
    {
        FieldForm.Suffix => $"{field.Name}.key",
        FieldForm.Named => $"{field.Name}(\"name\")",
        _ => field.Name,
    };

    public static string Kind(ExpressionField field)
    {
        var kind = field.Type switch
        {
            FieldType.Any => "text, number or version",
            FieldType.Percent => "percent",
            FieldType.Ratio => "share, 0 to 1",
            FieldType.Duration => "length of time",
            FieldType.Age => "length of time",
            FieldType.Time => "moment",
            FieldType.Boolean => "true or false",
            _ => field.Type.ToString().ToLowerInvariant(),
        };
        return field is { IsSet: true, Form: FieldForm.Plain } ? $"several of {kind}" : kind;
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
