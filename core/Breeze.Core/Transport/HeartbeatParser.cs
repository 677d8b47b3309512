using System.Text.Json;
using Breeze.Core.Metrics;
using Breeze.Protocol;

namespace Breeze.Core.Transport;

/// <summary>
/// Reads a heartbeat in one pass. A reading of the same shape as the agent's last one costs a comparison per name and no string.
/// Malformed JSON throws <see cref="JsonException"/>; a member of a wrong type is skipped with a warning.
/// </summary>
public static class HeartbeatParser
{
    public const int MaximumMetrics = MetricLimits.Metrics;
    const int MaximumSamples = 1000;

    /// <summary>The end of the year 9999: differences of times below it cannot overflow.</summary>
    public const long LatestTime = 253_402_300_799_999;

    public static Heartbeat Parse(ReadOnlySpan<byte> json, MetricLayoutEntry? expected)
    {
        var heartbeat = new Heartbeat();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A heartbeat is a JSON object.");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Comparing an escaped name that is no Unicode throws; nothing of ours is called that.
            if (reader.ValueIsEscaped)
            {
                heartbeat.Warn("A member whose name is written with escapes was skipped.");
                reader.Skip();
                continue;
            }
            ReadMember(ref reader, heartbeat, expected);
        }
        if (reader.Read())
        {
            throw new JsonException("There is text after the object.");
        }
        return heartbeat;
    }

    static void ReadMember(ref Utf8JsonReader reader, Heartbeat heartbeat, MetricLayoutEntry? expected)
    {
        if (reader.ValueTextEquals("metrics"u8))
        {
            reader.Read();
            ReadMetrics(ref reader, heartbeat, expected);
        }
        else if (reader.ValueTextEquals("status"u8))
        {
            heartbeat.Status = ReadText(ref reader, heartbeat, "status", 32);
        }
        else if (reader.ValueTextEquals("agent_version"u8))
        {
            heartbeat.AgentVersion = ReadText(ref reader, heartbeat, "agent_version", 64);
        }
        else if (reader.ValueTextEquals("instance"u8))
        {
            heartbeat.Instance = ReadText(ref reader, heartbeat, "instance", 64);
        }
        else if (reader.ValueTextEquals("config_version"u8))
        {
            heartbeat.ConfigVersion = ReadText(ref reader, heartbeat, "config_version", 64);
        }
        else if (reader.ValueTextEquals("sent_at"u8))
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var sentAt) && sentAt is >= 0 and <= LatestTime)
            {
                heartbeat.SentAtMs = sentAt;
            }
            else
            {
                Skip(ref reader, heartbeat, "sent_at is not a number of milliseconds since 1970");
            }
        }
        else if (reader.ValueTextEquals("samples"u8))
        {
            heartbeat.Samples = ReadList(ref reader, heartbeat, "samples", MaximumSamples, ProtocolJson.Default.MetricSample);
        }
        else if (reader.ValueTextEquals("layouts"u8))
        {
            heartbeat.Layouts = ReadList(ref reader, heartbeat, "layouts", 16, ProtocolJson.Default.MetricLayout);
        }
        else if (reader.ValueTextEquals("running"u8))
        {
            heartbeat.Running = ReadList(ref reader, heartbeat, "running", 256, ProtocolJson.Default.Guid);
        }
        else if (reader.ValueTextEquals("plugins"u8))
        {
            heartbeat.Plugins = ReadList(ref reader, heartbeat, "plugins", 200, ProtocolJson.Default.PluginReport);
        }
        else
        {
            // Unknown members belong to a newer agent.
            reader.Skip();
        }
    }

    static void ReadMetrics(ref Utf8JsonReader reader, Heartbeat heartbeat, MetricLayoutEntry? expected)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Skip(ref reader, heartbeat, "metrics is not an object");
            return;
        }
        var names = expected?.Utf8Names ?? [];
        var values = expected is null ? [] : new double[names.Length];
        var matched = 0;
        List<KeyValuePair<string, double>>? changed = null;
        var dropped = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (changed is null && matched < names.Length && IsName(ref reader, names[matched]))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value))
                {
                    values[matched++] = value;
                    continue;
                }
                if (!IsMissing(ref reader))
                {
                    dropped++;
                }
                values[matched++] = double.NaN;
                reader.Skip();
                continue;
            }
            changed ??= TakeOver(expected, values, matched);
            if (changed.Count >= MaximumMetrics)
            {
                heartbeat.TooManyMetrics++;
                dropped++;
                reader.Skip();
                continue;
            }
            if (!TryReadName(ref reader, out var name))
            {
                dropped++;
                reader.Skip();
                continue;
            }
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number))
            {
                changed.Add(new(name, number));
            }
            else
            {
                dropped += IsMissing(ref reader) ? 0 : 1;
                reader.Skip();
            }
        }
        if (dropped > 0)
        {
            heartbeat.Warn($"{dropped} metrics were dropped: a name is letters, digits and dots with optional labels in braces, a value is a finite number, and a heartbeat holds at most {MaximumMetrics}.");
        }
        if (changed is null && matched == names.Length && expected is not null)
        {
            heartbeat.Values = values;
            heartbeat.Layout = expected;
        }
        else
        {
            heartbeat.NewShape = changed ?? TakeOver(expected, values, matched);
        }
    }

    static bool IsName(ref Utf8JsonReader reader, byte[] name)
    {
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // Escapes that make no Unicode.
            return false;
        }
    }

    static bool IsMissing(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    static List<KeyValuePair<string, double>> TakeOver(MetricLayoutEntry? expected, double[] values, int matched)
    {
        var list = new List<KeyValuePair<string, double>>();
        for (var i = 0; i < matched; i++)
        {
            list.Add(new(expected!.Names[i], values[i]));
        }
        return list;
    }

    static bool TryReadName(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (reader.ValueSpan.Length > MetricName.MaximumLength * 2)
        {
            return false;
        }
        try
        {
            name = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Not UTF-8.
            return false;
        }
        return MetricName.IsValid(name);
    }

    static string? ReadText(ref Utf8JsonReader reader, Heartbeat heartbeat, string member, int maximum)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        if (reader.TokenType != JsonTokenType.String)
        {
            Skip(ref reader, heartbeat, $"{member} is not a string");
            return null;
        }
        try
        {
            return AgentText.Clean(reader.GetString()!, maximum);
        }
        catch (InvalidOperationException)
        {
            heartbeat.Warn($"{member} is not valid UTF-8");
            return null;
        }
    }

    static List<T>? ReadList<T>(
        ref Utf8JsonReader reader, Heartbeat heartbeat, string member, int maximum, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Skip(ref reader, heartbeat, $"{member} is not an array");
            return null;
        }
        var list = new List<T>();
        var dropped = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (list.Count >= maximum)
            {
                dropped++;
                reader.Skip();
                continue;
            }
            // Positions the reader behind the element whatever is in it, so that one bad element does not spoil the rest.
            var element = reader;
            reader.Skip();
            try
            {
                if (JsonSerializer.Deserialize(ref element, type) is { } value)
                {
                    list.Add(value);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
            {
                dropped++;
            }
        }
        if (dropped > 0)
        {
            heartbeat.Warn($"{dropped} elements of {member} were dropped: they are malformed, or more than {maximum}");
        }
        return list;
    }

    static void Skip(ref Utf8JsonReader reader, Heartbeat heartbeat, string warning)
    {
        heartbeat.Warn(warning);
        reader.Skip();
    }
}
