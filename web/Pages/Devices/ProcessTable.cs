using System.Text.Json;
using Breeze.Core.Devices;

namespace Breeze.Web.Pages.Devices;

/// <summary>The answer of a <c>process.list</c>, read as what it is: something that a device sent.</summary>
public sealed record ProcessTable(IReadOnlyList<ProcessRow> Rows, long Total, int Shown, string Sort, string? Text)
{
    const int Most = 5000;
    const int MostShown = 400;

    /// <summary>Null when it is no answer of that kind.</summary>
    public static ProcessTable? Read(string output, string? sort, string? text, DateTimeOffset now)
    {
        try
        {
            using var json = JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.Member("processes").ValueKind != JsonValueKind.Array)
            {
                return null;
            }
            var all = json.RootElement.Items("processes", Most).Select(item => Row(item, now)).OfType<ProcessRow>().ToList();
            var rows = all.Where(row => string.IsNullOrWhiteSpace(text) || row.Matches(text.Trim())).ToList();
            var order = sort is "memory" or "-memory" or "cpu" or "name" or "-name" or "pid" or "-pid" or "user" or "-user" ? sort : "-cpu";
            IEnumerable<ProcessRow> sorted = order.TrimStart('-') switch
            {
                "memory" => rows.OrderBy(r => r.MemoryBytes),
                "name" => rows.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase),
                "user" => rows.OrderBy(r => r.User, StringComparer.OrdinalIgnoreCase),
                "pid" => rows.OrderBy(r => r.Pid),
                _ => rows.OrderBy(r => r.Cpu),
            };
            sorted = order[0] == '-' ? sorted.Reverse() : sorted;
            return new ProcessTable([.. sorted.Take(MostShown)], Math.Max(all.Count, json.RootElement.Positive("total") ?? 0), rows.Count, order, text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static ProcessRow? Row(JsonElement item, DateTimeOffset now) =>
        item.Positive("pid") is { } pid && item.Text("name", 256) is { } name
            ? new ProcessRow(
                pid, name, item.Text("user", 256) ?? "", item.Member("cpu") is { ValueKind: JsonValueKind.Number } cpu && cpu.TryGetDouble(out var share) ? Math.Clamp(share, 0, 4096) : 0,
                item.Positive("memory_bytes") ?? 0, item.Time("started_at", now), item.Text("instance", 64) ?? "", item.Text("command_line", 400) ?? "")
            : null;
}

/// <summary>A process. Cpu is the share of one core.</summary>
public sealed record ProcessRow(long Pid, string Name, string User, double Cpu, long MemoryBytes, DateTimeOffset? StartedAt, string Instance, string CommandLine)
{
    public bool Matches(string text) =>
        Name.Contains(text, StringComparison.OrdinalIgnoreCase) || CommandLine.Contains(text, StringComparison.OrdinalIgnoreCase)
        || User.Contains(text, StringComparison.OrdinalIgnoreCase) || Pid.ToString(System.Globalization.CultureInfo.InvariantCulture) == text;
}
