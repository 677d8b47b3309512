using System.Globalization;
using System.Text.Json;
using Breeze.Web.Frame;

namespace Breeze.Web.Pages;

/// <summary>
/// An inventory document made ready to show. It comes from an agent, so nothing in it is trusted: only texts come out, cut to a length, and no
/// more of them than a page can hold.
/// </summary>
public sealed record InventoryView(IReadOnlyList<InventorySection> Sections)
{
    const int MaximumText = 300;
    const int MaximumRows = 200;
    const int MaximumColumns = 12;
    const int MaximumFacts = 100;

    static readonly string[] FirstColumns = ["name", "destination", "gateway", "interface", "slot", "manufacturer", "vendor", "model"];

    /// <param name="title">What the values are called that stand beside the lists.</param>
    public static InventoryView Read(string document, string title = "Machine")
    {
        using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 16 });
        var facts = new List<InventoryFact>();
        var sections = new List<InventorySection>();
        foreach (var member in json.RootElement.EnumerateObject().Take(MaximumFacts))
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    sections.Add(new(Words(member.Name), Facts(member.Value), [], []));
                    break;
                case JsonValueKind.Array when member.Value.GetArrayLength() > 0 && member.Value[0].ValueKind == JsonValueKind.Object:
                    sections.Add(Table(Words(member.Name), member.Value));
                    break;
                default:
                    Append(facts, member);
                    break;
            }
        }
        return new([.. facts.Count > 0 ? (IEnumerable<InventorySection>)[new(title, facts, [], [])] : [], .. sections.Where(s => !s.IsEmpty)]);
    }

    static List<InventoryFact> Facts(JsonElement element)
    {
        var facts = new List<InventoryFact>();
        foreach (var member in element.EnumerateObject().Take(MaximumFacts))
        {
            Append(facts, member);
        }
        return facts;
    }

    static void Append(List<InventoryFact> facts, JsonProperty member)
    {
        var text = Text(member.Name, member.Value);
        if (text.Length > 0)
        {
            facts.Add(new(Words(member.Name), text));
        }
    }

    static InventorySection Table(string title, JsonElement array)
    {
        var items = array.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Take(MaximumRows).ToList();
        var columns = items.SelectMany(i => i.EnumerateObject().Select(m => m.Name)).Distinct()
            .OrderBy(c => Array.IndexOf(FirstColumns, c) is >= 0 and var place ? place : FirstColumns.Length)
            .Where(c => items.Any(i => i.TryGetProperty(c, out var v) && Text(c, v).Length > 0)).Take(MaximumColumns).ToList();
        return new(title, [], [.. columns.Select(Words)],
            [.. items.Select(i => (IReadOnlyList<string>)[.. columns.Select(c => i.TryGetProperty(c, out var v) ? Text(c, v) : "")])]);
    }

    static string Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => TextOf(name, value.GetString()!),
        JsonValueKind.True => "Yes",
        JsonValueKind.False => "No",
        JsonValueKind.Number => Number(name, value),
        JsonValueKind.Array => Clip(string.Join(", ", value.EnumerateArray().Take(32).Select(e => Text(name, e)).Where(t => t.Length > 0))),
        _ => Clip(string.Join(", ", value.EnumerateObject().Take(32).Select(m => $"{Words(m.Name)}: {Text(m.Name, m.Value)}"))),
    };

    static string TextOf(string name, string text) =>
        name.EndsWith("_time", StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : Clip(text);

    static string Number(string name, JsonElement value)
    {
        if (!value.TryGetDouble(out var number))
        {
            return "";
        }
        var unit = name[(name.LastIndexOf('_') + 1)..];
        return unit switch
        {
            "bytes" => Units.Bytes(number),
            "mhz" => number >= 1000 ? $"{(number / 1000).ToString("0.##", CultureInfo.InvariantCulture)} GHz" : $"{number.ToString("0", CultureInfo.InvariantCulture)} MHz",
            // Drivers that do not know say minus one, in as many bits as they have.
            "mbps" when number is <= 0 or > 10_000_000 => "",
            "mbps" => number >= 1000 ? $"{(number / 1000).ToString("0.#", CultureInfo.InvariantCulture)} Gbit/s" : $"{number.ToString("0", CultureInfo.InvariantCulture)} Mbit/s",
            _ => number.ToString("0.###", CultureInfo.InvariantCulture),
        };
    }

    static string Words(string name)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["_bytes", "_mhz", "_mbps"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                name = name[..^suffix.Length];
            }
        }
        var words = name.Replace('_', ' ').Trim();
        return words switch
        {
            "" => "Value",
            "cpu" or "os" or "bios" or "mac" or "mtu" => words.ToUpperInvariant(),
            "gpus" => "Graphics",
            "dns servers" => "DNS servers",
            "dns search" => "DNS search",
            "max" => "Top speed",
            _ => Clip(char.ToUpperInvariant(words[0]) + words[1..]),
        };
    }

    static string Clip(string text) => text.Length <= MaximumText ? text : text[..MaximumText] + "…";
}

/// <summary>A part of an inventory: facts, or a table.</summary>
public sealed record InventorySection(
    string Title, IReadOnlyList<InventoryFact> Facts, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public bool IsEmpty => Facts.Count == 0 && Rows.Count == 0;
}

/// <summary>One thing that is known.</summary>
public sealed record InventoryFact(string Name, string Value);
