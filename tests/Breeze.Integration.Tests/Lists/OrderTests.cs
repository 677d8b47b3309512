using System.Net;
using System.Text.RegularExpressions;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Lists;

/// <summary>The pages of the device list, one after the other, in every order.</summary>
public sealed partial class OrderTests(SharedServer shared)
{
    const int Devices = 230;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_order_shows_every_device_once_with_ties_and_without_values()
    {
        var tenant = await shared.AddPartnerAsync("Orders");
        using var browser = await SeedAsync(tenant);
        string[] orders =
        [
            "name", "status", "organization", "site", "os", "os_version", "cpu", "memory", "disk", "seen", "agent", "address", "user", "model", "serial", "tags", "uptime", "enrolled", "updates", "custom.rack",
        ];
        foreach (var order in orders.SelectMany(o => new[] { o, "-" + o }))
        {
            (await WalkAsync(browser, $"sort={order}")).ShouldBe(Devices, order);
        }
        // Through the filter as well, both where the order's next devices fill a page and where all have to be asked.
        (await WalkAsync(browser, $"sort=-cpu&q={Uri.EscapeDataString("tags has \"odd\"")}")).ShouldBe(Devices / 2);
        (await WalkAsync(browser, "sort=user&q=list-1")).ShouldBe(100);
        (await WalkAsync(browser, "sort=-uptime&status=online")).ShouldBe(173);
        using var stranger = await PageClient.SignInAsync(shared.Server, ServerProcess.AdminEmail, ServerProcess.AdminPassword);
        (await WalkAsync(stranger, "q=list-1&sort=seen")).ShouldBe(0);
    }

    [Fact]
    public async Task Numbers_fall_and_rise_and_what_has_none_comes_last()
    {
        var tenant = await shared.AddPartnerAsync("Last");
        using var browser = await SeedAsync(tenant);
        foreach (var sort in new[] { "updates", "-updates" })
        {
            var page = await PageAsync(browser, $"/devices?sort={sort}&q={Uri.EscapeDataString("name starts_with \"list-00\"")}");
            var updates = Updates().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToList();
            updates.ShouldNotBeEmpty();
            var numbers = updates.Where(u => u != "–").Select(int.Parse).ToList();
            numbers.ShouldBe(sort[0] == '-' ? numbers.OrderDescending() : numbers.Order());
            updates.Skip(numbers.Count).ShouldAllBe(u => u == "–");
        }
    }

    [Fact]
    public async Task A_place_or_an_order_that_somebody_made_up_starts_at_the_top()
    {
        var tenant = await shared.AddPartnerAsync("Made up");
        using var browser = await SeedAsync(tenant);
        foreach (var path in new[] { "/devices?sort=nothing", "/devices?sort=custom.%27%3B", "/devices?sort=cpu&cursor=AAAA", $"/devices?sort=seen&cursor={Cursor("=tomorrow")}", $"/devices?sort=cpu&cursor={Cursor("=1e-99")}", $"/devices?sort=updates&cursor={Cursor("=x")}" })
        {
            await PageAsync(browser, path);
        }
        (await GetAsync(browser, $"/devices?view={Guid.NewGuid()}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var (status, body) = await GetAsync(browser, $"/devices?q={Uri.EscapeDataString("os.familiy = \"linux\"")}");
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        body.ShouldContain("<mark>os.familiy</mark>");
        WebUtility.HtmlDecode(body).ShouldContain("Write “os.family”");
    }

    static string Cursor(string key) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"{Guid.NewGuid():n}{key}"));

    /// <summary>How many devices there are from the first page to the last, none of them twice.</summary>
    static async Task<int> WalkAsync(PageClient client, string query)
    {
        var seen = new HashSet<string>();
        for (var path = $"/devices?{query}"; path is not null;)
        {
            var page = await PageAsync(client, path);
            foreach (Match row in Rows().Matches(page))
            {
                seen.Add(row.Groups[1].Value).ShouldBeTrue($"{row.Groups[1].Value} twice in {query}");
            }
            path = More().Match(page) is { Success: true } more ? WebUtility.HtmlDecode(more.Groups[1].Value) : null;
        }
        return seen.Count;
    }

    static async Task<string> PageAsync(PageClient client, string path)
    {
        var (status, body) = await GetAsync(client, path);
        status.ShouldBe(HttpStatusCode.OK, path);
        return body;
    }

    static async Task<(HttpStatusCode Status, string Body)> GetAsync(PageClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Devices, and a browser in which the partner's administrator is signed in.</summary>
    async Task<PageClient> SeedAsync(SharedServer.Tenant tenant)
    {
        await using var connection = await shared.Database.System.OpenConnectionAsync(Token);
        await using var command = new NpgsqlCommand(
            """
            CREATE TEMP TABLE seeded ON COMMIT DROP AS SELECT i, breeze_uuid7() AS id FROM generate_series(0, :count - 1) i;
            INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family, os_name, os_version, agent_version, status, tags, custom_fields)
                SELECT id, :p, :o, :s, 'list-' || lpad(i::text, 3, '0'), id::text, 'linux', CASE i % 3 WHEN 0 THEN 'Debian' WHEN 1 THEN 'Ubuntu' ELSE '' END, CASE i % 4 WHEN 0 THEN '12.5' WHEN 1 THEN '' ELSE '24.04' END,
                    '1.' || i % 2, CASE WHEN i % 4 = 3 THEN 'offline' ELSE 'online' END, CASE WHEN i % 2 = 1 THEN ARRAY['odd'] ELSE '{}' END, CASE WHEN i % 5 = 0 THEN '{}' ELSE jsonb_build_object('rack', (i % 7)::text) END FROM seeded;
            INSERT INTO device_presence (device_id, last_seen_at, cpu, memory, disk, booted_at)
                SELECT id, CASE WHEN i % 3 > 0 THEN now() + (1 + i % 5) * interval '1 hour' END, CASE i % 3 WHEN 0 THEN 0.1 WHEN 1 THEN 'NaN' END, CASE WHEN i % 9 > 0 THEN i / 1000.0 END, 0.5, CASE WHEN i % 2 = 0 THEN now() - (i % 6) * interval '1 day' END FROM seeded WHERE i % 7 > 0;
            INSERT INTO device_hardware (device_id, model, serial_number) SELECT id, 'Model ' || i % 2, CASE WHEN i % 3 > 0 THEN 'SN' || i END FROM seeded WHERE i % 4 > 0;
            INSERT INTO device_network (device_id, name, addresses) SELECT id, 'eth0', ARRAY['fe80::1%eth0', 'no address', '10.0.' || i % 3 || '.9/24'] FROM seeded WHERE i % 5 > 0;
            INSERT INTO device_sessions (device_id, session, user_name) SELECT id, '1', 'user' || i % 3 FROM seeded WHERE i % 2 = 0;
            INSERT INTO device_updates (device_id, name) SELECT id, 'p' || n FROM seeded, generate_series(1, 12) n WHERE n <= i % 13;
            """, connection);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        command.Parameters.AddWithValue("count", Devices);
        command.Parameters.AddWithValue("p", tenant.PartnerId);
        command.Parameters.AddWithValue("o", tenant.OrganizationId);
        command.Parameters.AddWithValue("s", tenant.SiteId);
        await command.ExecuteNonQueryAsync(Token);
        await transaction.CommitAsync(Token);
        await using var columns = new NpgsqlCommand("INSERT INTO table_columns (partner_id, user_id, page, columns) SELECT partner_id, user_id, 'devices', '{name,updates}' FROM partner_users WHERE partner_id = $1", connection)
        {
            Parameters = { new() { Value = tenant.PartnerId } },
        };
        await columns.ExecuteNonQueryAsync(Token);
        await using var person = new NpgsqlCommand("SELECT u.email FROM users u JOIN partner_users m ON m.user_id = u.id WHERE m.partner_id = $1", connection) { Parameters = { new() { Value = tenant.PartnerId } } };
        return await PageClient.SignInAsync(shared.Server, (string)(await person.ExecuteScalarAsync(Token))!, ServerProcess.AdminPassword);
    }

    [GeneratedRegex("<tr id=\"device-([^\"]+)\"")]
    private static partial Regex Rows();

    [GeneratedRegex("hx-get=\"([^\"]*cursor=[^\"]*)\"")]
    private static partial Regex More();

    [GeneratedRegex("<td class=\"num(?: hide-small)?\">([^<]*)</td>")]
    private static partial Regex Updates();
}
