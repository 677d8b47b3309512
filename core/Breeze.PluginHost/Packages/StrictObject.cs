using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary>Decodes one JSON object member by member; <see cref="End"/> refuses the members that nobody asked for.</summary>
sealed class StrictObject
{
    readonly JsonElement element;
    readonly string path;
    readonly HashSet<string> known = [];

    public StrictObject(JsonElement element, string path)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            throw new StrictJsonException(path, "must be an object");
        }

        this.element = element;
        this.path = path;
    }

    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    public string? OptionalText(string name) => Find(name) is { } value ? AsText(value, PathOf(name)) : null;

    public long Integer(string name) =>
        (Find(name) ?? throw Missing(name)) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : throw new StrictJsonException(PathOf(name), "must be a whole number");

    public double? OptionalNumber(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        _ => throw new StrictJsonException(PathOf(name), "must be a number"),
    };

    public bool? OptionalFlag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new StrictJsonException(PathOf(name), "must be true or false"),
    };

    public IReadOnlyList<string> Texts(string name) => [.. Items(name).Select(item => AsText(item.Value, item.Path))];

    public IReadOnlyList<StrictObject> Objects(string name) => [.. Items(name).Select(item => new StrictObject(item.Value, item.Path))];

    public StrictObject Object(string name) => new(Find(name) ?? throw Missing(name), PathOf(name));

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public void End()
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new StrictJsonException(PathOf(member.Name), $"is not a known key; known here are {string.Join(", ", known.Order())}");
            }
        }
    }

    JsonElement? Find(string name)
    {
        known.Add(name);
        return element.TryGetProperty(name, out var value) ? value : null;
    }

    IEnumerable<(JsonElement Value, string Path)> Items(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().Select((item, index) => (item, $"{PathOf(name)}[{index}]")),
        _ => throw new StrictJsonException(PathOf(name), "must be an array"),
    };

    static string AsText(JsonElement value, string path) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw new StrictJsonException(path, "must be a string");

    StrictJsonException Missing(string name) => new(PathOf(name), "is missing");
}
