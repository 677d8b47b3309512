using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Expressions;

/// <summary>What could stand at the caret, and which part of the text it replaces.</summary>
/// <param name="Kind"><c>field</c>, <c>operator</c>, <c>value</c> or <c>keyword</c>.</param>
/// <param name="Start">Where the part that it replaces begins, from 0.</param>
public sealed record ExpressionSuggestion(string Insert, string Label, string Description, string Kind, int Start, int Length);

/// <summary>Suggests fields, operators and values while an expression is typed. Values come from within the caller's reach.</summary>
public sealed class ExpressionCompletion(Database database, ExpressionEngine expressions)
{
    const int Maximum = 20;

    /// <summary>The columns with names of the tenant's own, by the field that they complete.</summary>
    static readonly Dictionary<string, string> Sources = new()
    {
        ["tags"] = "SELECT DISTINCT t.v FROM devices d, unnest(d.tags) AS t (v)",
        ["organization"] = "SELECT t.name FROM organizations t",
        ["site"] = "SELECT DISTINCT t.name FROM sites t",
        ["group"] = "SELECT DISTINCT t.name FROM device_groups t",
        ["os.name"] = "SELECT DISTINCT t.os_name FROM devices t",
        ["os.arch"] = "SELECT DISTINCT t.arch FROM devices t",
        ["manufacturer"] = "SELECT DISTINCT t.manufacturer FROM device_hardware t",
        ["model"] = "SELECT DISTINCT t.model FROM device_hardware t",
        ["virtualization"] = "SELECT DISTINCT t.virtualization FROM device_hardware t",
        ["plugin("] = "SELECT t.id FROM plugins t",
    };

    public async Task<IReadOnlyList<ExpressionSuggestion>> CompleteAsync(AccessScope scope, string text, int caret, CancellationToken cancellationToken)
    {
        if (text.Length > ExpressionLimits.Characters)
        {
            return [];
        }
        await expressions.RefreshAsync(TimeSpan.FromMinutes(1), cancellationToken);
        var before = text[..Math.Clamp(caret, 0, text.Length)];
        var place = CompletionPlace.Find(before, expressions.Catalog);
        IEnumerable<(string Insert, string Label, string Description, string Kind)> found = place.Expected switch
        {
            CompletionKind.Field => Fields(place.Typed),
            CompletionKind.Operator => OperatorCheck.Operators(place.Field!).Select(o => (o + " ", o, Meaning(o), "operator")),
            CompletionKind.Value => Values(place.Field!).Concat(await NamesAsync(scope, place.Field!.Name, place.Typed, cancellationToken)),
            CompletionKind.Argument => await NamesAsync(scope, place.Field!.Name + "(", place.Typed, cancellationToken),
            CompletionKind.Joint => [("and ", "and", "both hold", "keyword"), ("or ", "or", "one of them holds", "keyword")],
            _ => [],
        };
        return [.. found.Where(f => f.Label.Trim('"').Contains(place.Typed, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(f => f.Label.Trim('"').StartsWith(place.Typed, StringComparison.OrdinalIgnoreCase)).Take(Maximum)
            .Select(f => new ExpressionSuggestion(f.Insert, f.Label, f.Description, f.Kind, place.Start, before.Length - place.Start))];
    }

    IEnumerable<(string, string, string, string)> Fields(string typed)
    {
        foreach (var field in expressions.Catalog.Fields)
        {
            yield return field.Form switch
            {
                FieldForm.Suffix => (field.Name + ".", field.Name + ".", field.Description, "field"),
                FieldForm.Named => ($"{field.Name}(\"", $"{field.Name}(\"…\")", field.Description, "field"),
                _ => (field.Name + " ", field.Name, field.Description, "field"),
            };
        }
        if (typed.Length > 0)
        {
            yield return ("not ", "not", "the opposite of what follows", "keyword");
        }
    }

    static IEnumerable<(string, string, string, string)> Values(ExpressionField field) => field.Type switch
    {
        FieldType.Boolean => [("true ", "true", "", "value"), ("false ", "false", "", "value")],
        FieldType.Time => new[] { "1h ago", "1d ago", "7d ago", "30d ago", "now" }.Select(v => (v + " ", v, "", "value")),
        FieldType.Age => new[] { "1h", "1d", "7d", "30d" }.Select(v => (v + " ", v, "", "value")),
        FieldType.Size => new[] { "1 GiB", "4 GiB", "8 GiB", "16 GiB" }.Select(v => (v + " ", v, "", "value")),
        _ => field.Values.Select(v => ($"\"{v}\" ", v, "", "value")),
    };

    async Task<IReadOnlyList<(string, string, string, string)>> NamesAsync(AccessScope scope, string source, string typed, CancellationToken cancellationToken)
    {
        if (!Sources.TryGetValue(source, out var sql))
        {
            return [];
        }
        List<(string, string, string, string)> names = [];
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"SELECT n.v FROM ({sql}) AS n (v) WHERE n.v <> '' AND strpos({FieldSources.Folded("n.v")}, $1) > 0 ORDER BY starts_with({FieldSources.Folded("n.v")}, $1) DESC, n.v LIMIT {Maximum}", connection)
        {
            Parameters = { new() { Value = FoldedText.Of(typed) } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var quoted = ExpressionTokens.Quote(reader.GetString(0));
            names.Add((source.EndsWith('(') ? quoted + ") " : quoted + " ", reader.GetString(0), "", "value"));
        }
        return names;
    }

    static string Meaning(string op) => op switch
    {
        "=" => "equals",
        "!=" => "differs from",
        "<" => "less, earlier or older than",
        "<=" => "at most",
        ">" => "more, later or newer than",
        ">=" => "at least",
        "has" => "one of them equals",
        "contains" => "has this text somewhere",
        "starts_with" => "begins with this text",
        "matches" => "fits a pattern",
        "in" => "is one of a list",
        "is empty" => "has no value",
        _ => "has a value",
    };
}
