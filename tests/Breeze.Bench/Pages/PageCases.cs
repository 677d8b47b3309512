namespace Breeze.Bench.Pages;

/// <param name="Goal">Of the 99th percentile, in milliseconds; null for what has none.</param>
sealed record PageCase(string Name, string Path, double? Goal);

/// <summary>What people do all day.</summary>
static class PageCases
{
    const double List = 20;
    const double Search = 50;

    static readonly string[] Columns =
    [
        "name", "status", "organization", "site", "os", "os_version", "cpu", "memory", "disk", "seen", "agent", "address", "user", "model", "serial", "tags", "uptime", "enrolled", "updates",
        "custom.asset_tag",
    ];

    public static async Task<List<PageCase>> ForAsync(PageVisitor visitor)
    {
        var first = await visitor.ReadAsync("/api/v1/devices?limit=50");
        var device = first.GetProperty("data")[0].GetProperty("id").GetString();
        var deep = await DeepAsync(visitor);
        return
        [
            new("list.page", "/devices", List),
            new("list.api", "/api/v1/devices?limit=50", List),
            new("list.api.deep", $"/api/v1/devices?limit=50&cursor={Uri.EscapeDataString(deep)}", List),
            new("list.count", "/devices?handler=Count&shown=50", Search),
            new("search.count", "/devices?handler=Count&shown=50&q=db-0009", Search),
            .. Columns.SelectMany(c => (string[])[c, "-" + c]).Select(sort => new PageCase($"sort.{sort}", $"/devices?sort={sort}", Search)),
            Typed("quick.name", "db-0009"),
            Typed("quick.name_exact", "kiosk-077777"),
            Typed("quick.serial", "8F14E45F"),
            Typed("quick.ip", "10.0.77."),
            Typed("quick.user", "user500"),
            Typed("quick.one_letter", "a"),
            Typed("quick.nothing", "no-such-machine"),
            Filtered("name_prefix", "name starts_with \"db-0001\""),
            Filtered("name_part", "name contains \"0777\""),
            Filtered("hostname_part", "hostname contains \"0777\""),
            Filtered("serial", "serial = \"8F14E45FCE\""),
            Filtered("user", "user has \"user500\""),
            Filtered("ip", "ip starts_with \"10.0.77.\""),
            Filtered("mac", "mac starts_with \"52:54:00:1f\""),
            Filtered("organization", "organization = \"Customer 070\""),
            Filtered("tag", "tags has \"berlin\""),
            Filtered("custom", "custom.asset_tag = \"A-777\""),
            Filtered("away", "status = \"offline\" and last_seen < 7d ago"),
            Filtered("os_and_cpu", "os.family = \"windows\" and cpu.percent > 50"),
            Filtered("software", "software(\"openssl\") < 3.0.5"),
            Filtered("nothing_found", "manufacturer = \"nobody\""),
            new("device.page", $"/devices/{device}", 80),
            new("device.performance.page", $"/devices/{device}/performance", 80),
            new("device.software.page", $"/devices/{device}/software", 80),
            new("device.performance.api", $"/api/v1/devices/{device}/metrics?name=system.cpu.utilization", 80),
            new("dashboard", "/", 100),
            new("software.fleet", "/api/v1/software?limit=50", Search),
            new("software.search", "/api/v1/software?limit=50&q=ssl", Search),
            new("software.devices", "/api/v1/software/devices?name=openssl&version_below=3.0.5", Search),
            new("changes.fleet", "/api/v1/inventory-changes?limit=50", Search),
        ];
    }

    /// <summary>What somebody types into the list's field.</summary>
    static PageCase Typed(string name, string words) => new($"search.{name}", $"/devices?q={Uri.EscapeDataString(words)}", Search);

    static PageCase Filtered(string name, string expression) => new($"search.{name}", $"/api/v1/devices?limit=50&filter={Uri.EscapeDataString(expression)}", Search);

    /// <summary>A place some thousand devices down, or at the last page but one.</summary>
    static async Task<string> DeepAsync(PageVisitor visitor)
    {
        var cursor = "";
        for (var page = 0; page < 40; page++)
        {
            var answer = await visitor.ReadAsync($"/api/v1/devices?limit=200&cursor={Uri.EscapeDataString(cursor)}");
            if (!answer.TryGetProperty("next_cursor", out var next) || next.GetString() is not { } further)
            {
                return cursor;
            }

            cursor = further;
        }

        return cursor;
    }
}
