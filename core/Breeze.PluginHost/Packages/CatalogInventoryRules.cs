using System.Text.RegularExpressions;

namespace Breeze.PluginHost;

/// <summary>What a plugin may declare of its inventory. Names go into searches and queries, so nothing odd is let through, wherever it comes from.</summary>
public static partial class CatalogInventoryRules
{
    public const int MaximumFields = 100;
    public const int MaximumDescription = 300;

    /// <summary>The language has these for itself.</summary>
    static readonly string[] Reserved = ["custom", "metric"];

    static readonly string[] Values = ["text", "number", "size", "version", "time", "flag"];

    /// <summary>The path of the first fault and what is wrong there; null when all is well.</summary>
    public static (string Path, string Message)? Check(IReadOnlyList<CatalogInventory> kinds)
    {
        if (kinds.Sum(kind => kind.Fields.Count) > MaximumFields)
        {
            return ("inventory", $"has more than {MaximumFields} fields; declare those that people ask for");
        }

        for (var i = 0; i < kinds.Count; i++)
        {
            var (path, kind) = ($"inventory[{i}]", kinds[i]);
            if (!Kind().IsMatch(kind.Kind) || Reserved.Contains(kind.Kind))
            {
                return ($"{path}.kind", "must be lower-case letters, digits, \"_\" and \"-\", a letter first, at most 64, and neither \"custom\" nor \"metric\"");
            }

            if (kinds.Take(i).Any(other => other.Kind == kind.Kind))
            {
                return ($"{path}.kind", $"declares \"{kind.Kind}\" a second time");
            }

            if (IsNoSentence(kind.Description))
            {
                return ($"{path}.description", $"must be a sentence of at most {MaximumDescription} characters");
            }

            for (var f = 0; f < kind.Fields.Count; f++)
            {
                if (Check(kind.Fields, f) is var (member, message))
                {
                    return ($"{path}.fields[{f}].{member}", message);
                }
            }
        }

        return null;
    }

    static (string Member, string Message)? Check(IReadOnlyList<CatalogField> fields, int index)
    {
        var field = fields[index];
        return !Name().IsMatch(field.Name) ? ("name", "must be one to three keys with points between them, each of lower-case letters, digits and \"_\", a letter first, at most 64")
            : fields.Take(index).Any(other => other.Name == field.Name) ? ("name", $"declares \"{field.Name}\" a second time")
            : !Values.Contains(field.Value) ? ("value", $"must be one of {string.Join(", ", Values)}")
            : field is { Value: "flag", IsList: true } ? ("list", "a flag is no list")
            : IsNoSentence(field.Description) ? ("description", $"must be a sentence of at most {MaximumDescription} characters")
            : null;
    }

    static bool IsNoSentence(string text) => string.IsNullOrWhiteSpace(text) || text.Length > MaximumDescription || text.Any(char.IsControl);

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,63}\z")]
    private static partial Regex Kind();

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63}){0,2}\z")]
    private static partial Regex Name();
}
