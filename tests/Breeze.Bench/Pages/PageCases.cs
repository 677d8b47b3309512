namespace Breeze.Bench.Pages;

/// <param name="Goal">Of the 99th percentile, in milliseconds; null for what has none.</param>
sealed record PageCase(string Name, string Path, double? Goal);

/// <summary>What people do all day.</summary>
static class PageCases
{
    const double List = 20;
    const double Search = 50;

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
            .. ((string[])["-name", "seen", "-seen", "status", "os"]).Select(sort => new PageCase($"sort.{sort}", $"/devices?sort={sort}", Search)),
            Filtered("name_prefix", "name starts_with \"db-0001\""),
            Filtered("name_part", "name contains \"0777\""),
            Filtered("quick", "db-0009"),
            Filtered("quick_one_letter", "a"),
            Filtered("serial", "serial = \"8F14E45FCE\""),
            Filtered("user", "user has \"user500\""),
            Filtered("ip", "ip starts_with \"10.0.77.\""),
            Filtered("os_and_cpu", "os.family = \"windows\" and cpu.percent > 50"),
            Filtered("software", "software(\"openssl\") < 3.0.5"),
            Filtered("nothing_found", "manufacturer = \"nobody\""),
            new("device.page", $"/devices/{device}", 80),
            new("device.performance.api", $"/api/v1/devices/{device}/metrics?name=system.cpu.utilization", 80),
            new("dashboard", "/", 100),
            new("software.fleet", "/api/v1/software?limit=50", null),
            new("software.devices", "/api/v1/software/devices?name=openssl&version_below=3.0.5", null),
            new("changes.fleet", "/api/v1/inventory-changes?limit=50", null),
        ];
    }

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
