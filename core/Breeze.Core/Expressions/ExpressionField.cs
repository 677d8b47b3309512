namespace Breeze.Core.Expressions;

/// <summary>What a field holds, and so what it can be compared with.</summary>
public enum FieldType
{
    Text,

    /// <summary>Text that is a version: compared as one, searched as text.</summary>
    Version,

    /// <summary>Text, number or version, as the value on the other side says: custom fields.</summary>
    Any,
    Number,

    /// <summary>From 0 to 100.</summary>
    Percent,

    /// <summary>From 0 to 1, as OpenTelemetry measures utilization.</summary>
    Ratio,

    /// <summary>Bytes.</summary>
    Size,

    /// <summary>Seconds.</summary>
    Duration,
    Time,

    /// <summary>How long ago something began.</summary>
    Age,
    Boolean,
}

/// <summary>How a field is named, and what is named in its brackets.</summary>
public enum FieldForm
{
    Plain,

    /// <summary><c>custom.key</c></summary>
    Suffix,

    /// <summary><c>software("name")</c></summary>
    Named,

    /// <summary><c>metric("name", label = "value")</c></summary>
    Labelled,
}

/// <summary>A field of the language. What it reads, in SQL and of <see cref="DeviceFacts"/>, its kinds say.</summary>
public abstract class ExpressionField
{
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    public FieldForm Form { get; init; }

    /// <summary>Whether a device may have several: a comparison holds when it does for one of them.</summary>
    public bool IsSet { get; init; }

    /// <summary>The values that there are, when there are few.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public required string Description { get; init; }

    public string Example { get; init; } = "";

    /// <summary>What it needs of a device.</summary>
    public FactKinds Needs { get; init; }

    /// <summary>The member of an inventory document that it is, when a plugin declares it.</summary>
    public InventoryKey? Inventory { get; init; }

    /// <summary>Whether it can be asked without a comparison.</summary>
    public bool StandsAlone => Type == FieldType.Boolean || (Form == FieldForm.Named && IsSet);

    /// <summary>A condition on its value as a condition on the device.</summary>
    internal Func<SqlParameters, FieldArguments, string, string> Where { get; init; } = OnDevice;

    /// <summary>The value in SQL; for a boolean, the condition itself.</summary>
    internal Func<SqlParameters, FieldArguments, string> Column { get; init; } = (_, _) => "NULL";

    /// <summary>A direct condition on the device row: true for a field whose <see cref="Where"/> adds nothing.</summary>
    internal static string OnDevice(SqlParameters parameters, FieldArguments arguments, string condition) => $"({condition})";
}

sealed class TextField : ExpressionField
{
    /// <summary>The value without case, when a column holds it.</summary>
    public string? KeyColumn { get; init; }

    /// <summary>The version's key, when a column holds it.</summary>
    public string? VersionColumn { get; init; }

    /// <summary>The whole condition, from the placeholder of a LIKE pattern without case, where an index answers that better than reading each device.</summary>
    public Func<string, string>? Lookup { get; init; }

    /// <summary>Where set, <see cref="ExpressionField.Where"/> as all devices are asked it.</summary>
    public Func<string, string>? WhereAll { get; init; }

    /// <summary>A condition that an index answers and that holds wherever the value is the text without case in the placeholder.</summary>
    public Func<SqlParameters, FieldArguments, string, string>? Narrow { get; init; }

    public required Func<DeviceFacts, FieldArguments, IEnumerable<string?>> Read { get; init; }
}

sealed class NumberField : ExpressionField
{
    /// <summary>Whether it is a running total, of which only the growth says something.</summary>
    public bool IsCounter { get; init; }

    public required Func<DeviceFacts, FieldArguments, IEnumerable<double?>> Read { get; init; }
}

/// <summary>Of type <see cref="FieldType.Time"/> or <see cref="FieldType.Age"/>.</summary>
sealed class TimeField : ExpressionField
{
    public required Func<DeviceFacts, IEnumerable<DateTimeOffset?>> Read { get; init; }
}

sealed class BooleanField : ExpressionField
{
    public required Func<DeviceFacts, FieldArguments, bool> Read { get; init; }
}
