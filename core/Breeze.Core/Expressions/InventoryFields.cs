using System.Globalization;
using System.Text.RegularExpressions;
using Breeze.Core.Transport;
using Breeze.PluginHost;

namespace Breeze.Core.Expressions;

/// <summary>
/// The fields that plugins declare of their inventory documents. Neither the plugin nor the document is trusted: names are parameters, and a
/// value that is not what was declared is missing, in both back ends alike.
/// </summary>
static partial class InventoryFields
{
    /// <summary>How many values of a list count.</summary>
    public const int MostValues = 1000;

    /// <summary>How many characters of a text count.</summary>
    public const int MostCharacters = 1000;

    const string Scalars = "jsonb_typeof(e.v) IN ('string', 'number', 'boolean')";

    /// <summary>The value as text.</summary>
    static readonly string Text = $"left(e.v #>> '{{}}', {MostCharacters})";

    /// <summary>The day begins in UTC. What this lets through PostgreSQL may still find impossible, such as February 30.</summary>
    const string Moment = @"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]))?";

    /// <summary>Those of one plugin's package; nothing of a declaration that breaks the rules.</summary>
    public static IEnumerable<ExpressionField> Of(string plugin, IReadOnlyList<CatalogInventory> kinds) => CatalogInventoryRules.Check(kinds) is not null ? []
        : kinds.SelectMany(kind => kind.Fields.Select(field => Field(new(kind.Kind, field.Name), field, $"{AgentText.Clean(field.Description, CatalogInventoryRules.MaximumDescription)} From the plugin “{AgentText.Clean(plugin, 80)}”.")));

    static ExpressionField Field(InventoryKey key, CatalogField field, string description)
    {
        var name = $"{key.Kind}.{key.Path}";
        return field.Value switch
        {
            "number" => Number(key, name, FieldType.Number, field.IsList, description, $"{name} > 10"),
            "size" => Number(key, name, FieldType.Size, field.IsList, description, $"{name} > 1 GiB"),
            "version" => Textual(key, name, FieldType.Version, field.IsList, description, $"{name} < 2.0"),
            "time" => new TimeField
            {
                Name = name, Type = FieldType.Time, IsSet = field.IsList, Inventory = key, Needs = FactKinds.Inventory, Description = description, Example = $"{name} > 30d ago", Where = Of(key, field.IsList),
                Column = (_, _) => $"(SELECT CASE WHEN t.v ~ '{Moment}$' AND pg_input_is_valid(t.v, 'timestamptz') THEN t.v::timestamptz END"
                    + " FROM (SELECT (e.v #>> '{}') || CASE WHEN length(e.v #>> '{}') = 10 THEN 'T00:00:00Z' ELSE '' END AS v WHERE jsonb_typeof(e.v) = 'string') AS t)",
                Read = f => Values(f, key, field.IsList).Select(v => v.Kind == "string" ? Time(v.Text) : null),
            },
            "flag" => new BooleanField
            {
                Name = name, Type = FieldType.Boolean, Inventory = key, Needs = FactKinds.Inventory, Description = description, Example = name,
                Column = (p, a) => Of(key, false)(p, a, "e.v = 'true'::jsonb"),
                Read = (f, _) => Values(f, key, false).Any(v => v is { Kind: "boolean", Text: "true" }),
            },
            _ => Textual(key, name, FieldType.Text, field.IsList, description, field.IsList ? $"{name} has \"a\"" : $"{name} contains \"a\""),
        };
    }

    static TextField Textual(InventoryKey key, string name, FieldType type, bool isList, string description, string example) => new()
    {
        Name = name, Type = type, IsSet = isList, Inventory = key, Needs = FactKinds.Inventory, Description = description, Example = example, Where = Of(key, isList),
        Column = (_, _) => $"CASE WHEN {Scalars} THEN {Text} END", Read = (f, _) => Values(f, key, isList).Select(v => (string?)v.Text),
    };

    static NumberField Number(InventoryKey key, string name, FieldType type, bool isList, string description, string example) => new()
    {
        Name = name, Type = type, IsSet = isList, Inventory = key, Needs = FactKinds.Inventory, Description = description, Example = example, Where = Of(key, isList),
        Column = (_, _) => $"(CASE WHEN jsonb_typeof(e.v) = 'number' AND {Text} ~ '{SqlWriter.Decimal}' THEN ({Text})::float8 END)",
        Read = (f, _) => Values(f, key, isList).Select(v => v.Kind == "number" && FactsCompiler.TryDecimal(v.Text, out var number) ? number : (double?)null),
    };

    /// <summary>A condition on the value <c>e.v</c>. OFFSET keeps the document from being read once for each mention of it.</summary>
    static Func<SqlParameters, FieldArguments, string, string> Of(InventoryKey key, bool isList) => (p, _, condition) =>
    {
        var path = p.Add(key.Path.Split('.'));
        var values = isList
            ? $"jsonb_array_elements((SELECT CASE WHEN jsonb_typeof(m.v) = 'array' THEN m.v ELSE '[]' END FROM (SELECT i.document #> {path} OFFSET 0) AS m (v))) WITH ORDINALITY AS e (v, n)"
            : $"(SELECT i.document #> {path} OFFSET 0) AS e (v)";
        return $"EXISTS (SELECT 1 FROM device_inventory i CROSS JOIN LATERAL {values} WHERE i.device_id = d.id AND i.kind = {p.Add(key.Kind)}{(isList ? $" AND e.n <= {MostValues}" : "")} AND {condition})";
    };

    /// <summary>What <see cref="DeviceFactsReader"/> reads of the wanted members: device, kind, path, whether a list, and the values with their kinds.</summary>
    public static string Select { get; } =
        $$"""
        SELECT i.device_id, w.kind, w.path, jsonb_typeof(m.v) = 'array', e.kinds, e.texts
        FROM device_inventory i JOIN unnest($2, $3) AS w (kind, path) ON w.kind = i.kind
        CROSS JOIN LATERAL (SELECT i.document #> string_to_array(w.path, '.') OFFSET 0) AS m (v)
        CROSS JOIN LATERAL (
            SELECT array_agg(jsonb_typeof(e.v) ORDER BY e.n) AS kinds, array_agg({{Text}} ORDER BY e.n) AS texts
            FROM jsonb_array_elements(CASE WHEN jsonb_typeof(m.v) = 'array' THEN m.v ELSE jsonb_build_array(m.v) END) WITH ORDINALITY AS e (v, n)
            WHERE e.n <= {{MostValues}} AND {{Scalars}}) AS e
        WHERE i.device_id = ANY ($1) AND m.v IS NOT NULL AND e.kinds IS NOT NULL
        """;

    static IReadOnlyList<InventoryText> Values(DeviceFacts facts, InventoryKey key, bool isList) =>
        facts.Inventory.TryGetValue(key, out var fact) && fact.IsList == isList ? fact.Values : [];

    static DateTimeOffset? Time(string text) => MomentPattern().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    [GeneratedRegex(Moment + @"\z")]
    private static partial Regex MomentPattern();
}
