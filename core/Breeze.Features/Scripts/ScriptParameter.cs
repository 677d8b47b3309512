using System.Text.Json;
using System.Text.Json.Serialization;

namespace Breeze.Features.Scripts;

/// <summary>A value that a script asks for when it is run.</summary>
public sealed record ScriptParameter
{
    public const string Text = "text";
    public const string Number = "number";
    public const string Boolean = "boolean";
    public const string Choice = "choice";

    public static IReadOnlyList<string> Types { get; } = [Text, Number, Boolean, Choice];

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Of letters, digits and underscores: the variable that the script reads.</summary>
    public string Name { get; init; } = "";

    /// <summary>One of <see cref="Types"/>.</summary>
    public string Type { get; init; } = Text;
    public bool Required { get; init; }

    /// <summary>What is taken when nothing is given: a text, a number, true or false.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>Of a choice: what there is to choose from.</summary>
    public IReadOnlyList<string>? Choices { get; init; }
    public string Description { get; init; } = "";

    /// <summary>The default as the script would get it.</summary>
    [JsonIgnore]
    public string? DefaultText => Default is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value ? ScriptValues.Written(value) : null;

    public static IReadOnlyList<ScriptParameter> Read(string json) => JsonSerializer.Deserialize<List<ScriptParameter>>(json, Json) ?? [];

    public static string Write(IReadOnlyList<ScriptParameter> parameters) => JsonSerializer.Serialize(parameters, Json);
}
