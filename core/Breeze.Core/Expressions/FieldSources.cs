using System.Globalization;
using Breeze.Core.Metrics;

namespace Breeze.Core.Expressions;

/// <summary>The kinds of places that fields read.</summary>
static class FieldSources
{
    public static string Folded(string column) => $"lower({column} {FoldedText.Collation})";

    /// <summary>A row of the device's in another table, which may be missing.</summary>
    public static Func<SqlParameters, FieldArguments, string, string> Table(string table, string alias) =>
        (_, _, condition) => $"EXISTS (SELECT 1 FROM {table} {alias} WHERE {alias}.device_id = d.id AND {condition})";

    public static string Presence(string condition) => $"EXISTS (SELECT 1 FROM device_presence p WHERE p.device_id = d.id AND {condition})";

    /// <summary>Finds devices by a pattern in a text that <c>breeze_text_devices</c> knows.</summary>
    public static string Found(string field, string pattern) => $"d.id IN (SELECT breeze_text_devices('{field}', {pattern}))";

    public static TextField Text(
        string name, string description, string example, string column, Func<DeviceFacts, string?> read, string[]? values = null, string? key = null, Func<string, string>? lookup = null) => new()
    {
        Name = name, Type = FieldType.Text, Description = description, Example = example, Values = values ?? [], Where = ExpressionField.OnDevice, Column = (_, _) => column, KeyColumn = key, Lookup = lookup, Read = (f, _) => [read(f)],
    };

    public static TextField Version(string name, string description, string example, string column, Func<DeviceFacts, string?> read, string key) => new()
    {
        Name = name, Type = FieldType.Version, Description = description, Example = example, Where = ExpressionField.OnDevice, Column = (_, _) => column, VersionColumn = key, Read = (f, _) => [read(f)],
    };

    public static TextField Hardware(
        string name, string description, string example, string column, Func<DeviceFacts, string?> read, string? key = null, Func<string, string>? lookup = null) => new()
    {
        Name = name, Type = FieldType.Text, Description = description, Example = example, Where = Table("device_hardware", "h"), Column = (_, _) => column, KeyColumn = key, Lookup = lookup, Read = (f, _) => [read(f)],
    };

    /// <summary>The name of what the device belongs to. Asked of each device the names are read once: there are few, and so the planner would read them all again for each of them.</summary>
    /// <param name="place">The column of <c>devices d</c>.</param>
    public static TextField Named(string name, string description, string example, string table, string alias, string place, string column, Func<DeviceFacts, string?> read) => new()
    {
        Name = name, Type = FieldType.Text, Description = description, Example = example,
        Where = (_, _, condition) => $"{place} = ANY (ARRAY(SELECT {alias}.id FROM {table} {alias} WHERE {condition}))", Column = (_, _) => column, Read = (f, _) => [read(f)],
        WhereAll = condition => $"{place} IN (SELECT {alias}.id FROM {table} {alias} WHERE {condition})",
    };

    public static TextField Several(
        string name, string description, string example, string template, string column, FactKinds needs, Func<DeviceFacts, IEnumerable<string>> read, string? key = null,
        Func<string, string>? lookup = null) => new()
    {
        Name = name, Type = FieldType.Text, IsSet = true, Description = description, Example = example, Needs = needs,
        Where = (_, _, condition) => template.Replace("{0}", condition, StringComparison.Ordinal), Column = (_, _) => column, KeyColumn = key, Lookup = lookup, Read = (f, _) => read(f),
    };

    public static BooleanField Flag(string name, string description, string example, Func<SqlParameters, FieldArguments, string> condition, Func<DeviceFacts, FieldArguments, bool> read, FactKinds needs = FactKinds.None) => new()
    {
        Name = name, Type = FieldType.Boolean, Description = description, Example = example, Needs = needs, Where = ExpressionField.OnDevice, Column = condition, Read = read,
    };

    public static TimeField Instant(string name, string description, string example, Func<SqlParameters, FieldArguments, string, string> where, string column, Func<DeviceFacts, DateTimeOffset?> read) => new()
    {
        Name = name, Type = FieldType.Time, Description = description, Example = example, Where = where, Column = (_, _) => column, Read = f => [read(f)],
    };

    public static NumberField Number(
        string name, FieldType type, string description, string example, string column, Func<DeviceFacts, double?> read, FactKinds needs = FactKinds.None,
        Func<SqlParameters, FieldArguments, string, string>? where = null) => new()
    {
        Name = name, Type = type, Description = description, Example = example, Needs = needs, Where = where ?? ExpressionField.OnDevice, Column = (_, _) => $"({column})::float8", Read = (f, _) => [read(f)],
    };

    /// <summary>A utilization of <c>device_presence</c>, in percent.</summary>
    public static NumberField Share(string name, string description, string example, string column, Func<DeviceFacts, double?> read) =>
        Number(name, FieldType.Percent, description, example, $"nullif({column}, 'NaN')::float8 * 100", f => read(f) * 100, where: Table("device_presence", "p"));

    /// <summary>A metric: the newest reading, of every series that has the labels asked for.</summary>
    public static NumberField Metric(string name, string unit, string? title, string description, IReadOnlyList<string> labels, bool isCounter = false) => new()
    {
        Name = name, Form = FieldForm.Labelled, IsSet = true, IsCounter = isCounter, Needs = FactKinds.Metrics,
        Type = unit switch { "1" => FieldType.Ratio, "By" => FieldType.Size, "s" => FieldType.Duration, _ => FieldType.Number },
        Description = $"{(title is null ? "" : $"{title}. ")}{description}{(labels.Count == 0 ? "" : $" Labels: {string.Join(", ", labels)}.")}",
        Example = labels.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"metric(\"{name}\", {labels[0]} = \"…\")"),
        Where = (p, a, condition) =>
            $"""
            EXISTS (SELECT 1 FROM (SELECT m.layout_id, m.metric_values FROM device_metrics m WHERE m.device_id = d.id AND m.at > {p.Add(p.Now - ExpressionLimits.MetricAge)} AND m.at <= {p.Add(p.Now)}
             ORDER BY m.at DESC LIMIT 1) r JOIN breeze_metric_slots({p.Add(name)}, {p.Add(a.Labels.Select(Label).ToArray())}) k ON k.layout_id = r.layout_id
             WHERE r.metric_values[k.slot] <> 'NaN' AND {condition})
            """,
        Column = (_, _) => "r.metric_values[k.slot]",
        Read = (f, a) => f.Metrics.Where(m => Is(m.Key, name, [.. a.Labels.Select(Label)]) && !double.IsNaN(m.Value)).Select(m => (double?)m.Value),
    };

    /// <summary>As <c>breeze_metric_slots</c> has it.</summary>
    /// <param name="full">A name with labels.</param>
    /// <param name="name">The bare name wanted.</param>
    /// <param name="labels">The labels wanted, as they stand in a layout.</param>
    public static bool Is(string full, string name, IReadOnlyList<string> labels)
    {
        if (MetricName.Bare(full) != name)
        {
            return false;
        }
        foreach (var text in labels)
        {
            if (!full.Contains($"{{{text},", StringComparison.Ordinal) && !full.Contains($"{{{text}}}", StringComparison.Ordinal)
                && !full.Contains($",{text},", StringComparison.Ordinal) && !full.Contains($",{text}}}", StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>As it stands in a layout.</summary>
    public static string Label(KeyValuePair<string, string> label) =>
        $"{label.Key}=\"{label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
