using Breeze.Core.Identity;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Bulk;

/// <remarks>One after the other: there is one runner, and some of these tests hold it up.</remarks>
[Collection("Bulk actions")]
public sealed class ReachTests(SharedServer shared)
{
    static readonly object Server = new { tags = new[] { "server" } };

    [Fact]
    public async Task Another_tenants_devices_and_actions_are_not_found()
    {
        var other = await shared.AddPartnerAsync("Stranger");
        using var device = await shared.EnrolAsync();
        await other.Admin.SendAsync("POST", Actions.Path, new { kind = "tags.add", parameters = Server, device_ids = new[] { device.Id } }).ShouldBeProblemAsync(404, "device_not_found");
        var action = await shared.Admin.RunAsync("tags.add", Server, device.Id);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/items"), ("POST", "/cancel"), ("POST", "/retry") })
        {
            await other.Admin.SendAsync(method, $"{Actions.Path}/{action.Id()}{path}", method == "POST" ? new { } : null).ShouldBeProblemAsync(404, "bulk_action_not_found");
        }
    }

    [Fact]
    public async Task Each_kind_takes_its_own_permission()
    {
        using var viewer = await shared.AddUserAsync(await shared.PartnerIdAsync(), BuiltInRoles.PartnerViewer);
        using var device = await shared.EnrolAsync();
        foreach (var kind in (await viewer.GetJsonAsync($"{Actions.Path}/kinds")).GetProperty("data").EnumerateArray())
        {
            kind.GetProperty("allowed").GetBoolean().ShouldBeFalse();
            await viewer.SendAsync("POST", Actions.Path, new { kind = kind.Text("kind"), parameters = Server, device_ids = new[] { device.Id } }).ShouldBeProblemAsync(403, "forbidden");
        }
    }

    [Fact]
    public async Task Restarting_takes_the_permission_for_commands_too()
    {
        using var device = await shared.EnrolAsync();
        var key = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Power", permissions = new[] { "devices:read", "devices:power" } }, 201);
        using var program = shared.Server.ClientWith(key.Text("key"));
        await program.SendAsync("POST", Actions.Path, new { kind = "device.reboot", device_ids = new[] { device.Id } }).ShouldBeProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task What_somebody_lost_since_they_started_an_action_is_left_undone()
    {
        var person = await Person.AddAsync(shared, BuiltInRoles.PartnerViewer);
        var (near, far) = (await shared.Admin.AddOrganizationAsync(), await shared.Admin.AddOrganizationAsync());
        using var inside = await shared.EnrolAtAsync(near.SiteId);
        using var outside = await shared.EnrolAtAsync(far.SiteId);

        // Started when they could tag devices; now they only look.
        var denied = await QueueAsync(person.Id, inside.Id);
        (await shared.Admin.EndedAsync(denied)).Text("error").ShouldContain("may not do this any more");

        // Started when they reached both organizations; now it is one.
        await ServerDatabase.ReadAsync<Guid>(shared.Server,
            $"UPDATE partner_users SET role_id = '{BuiltInRoles.PartnerAdmin}', organization_access = 'selected', organization_ids = ARRAY['{near.OrganizationId}'::uuid] WHERE user_id = $1 RETURNING user_id", person.Id);
        var narrowed = await shared.Admin.EndedAsync(await QueueAsync(person.Id, inside.Id, outside.Id));
        narrowed.GetProperty("done").GetInt32().ShouldBe(2);
        narrowed.GetProperty("skipped").GetInt32().ShouldBe(1);
        (await ServerDatabase.ReadAsync<string[]>(shared.Server, "SELECT tags FROM devices WHERE id = $1", inside.Id)).ShouldBe(["server"]);
        (await ServerDatabase.ReadAsync<string[]>(shared.Server, "SELECT tags FROM devices WHERE id = $1", outside.Id)).ShouldBeEmpty();
    }

    /// <summary>An action as it stands in the database when it was allowed to be made; the runner finds it by itself.</summary>
    async Task<Guid> QueueAsync(Guid person, params Guid[] devices)
    {
        var id = Guid.CreateVersion7();
        await ServerDatabase.ReadAsync<Guid>(shared.Server,
            $$"""
            WITH made AS (
                INSERT INTO bulk_actions (id, partner_id, user_id, membership_id, kind, title, parameters, total)
                SELECT '{{id}}', partner_id, user_id, id, 'tags.add', 'Add the tag server', '{"tags":["server"]}', {{devices.Length}} FROM partner_users WHERE user_id = $1 RETURNING id),
            items AS (INSERT INTO bulk_action_items (action_id, device_id) SELECT made.id, v::uuid FROM made, unnest(ARRAY[{{string.Join(',', devices.Select(d => $"'{d}'"))}}]) AS v)
            SELECT id FROM made
            """, person);
        return id;
    }

    [Fact]
    public async Task All_that_match_are_those_that_match_when_it_starts_and_5000_finish()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        await using (var connection = await shared.Database.System.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await Actions.SeedAsync(connection, there.SiteId, 5000);
        }
        var made = await shared.Admin.PostJsonAsync(Actions.Path, new { kind = "tags.add", parameters = Server, filter = new { expression = "os.family = \"linux\"", site_id = there.SiteId } }, 202);
        made.GetProperty("total").GetInt32().ShouldBe(5000);
        using var late = await shared.EnrolAtAsync(there.SiteId);
        var ended = await shared.Admin.EndedAsync(made.Id());
        ended.GetProperty("done").GetInt32().ShouldBe(5000);
        ended.GetProperty("failed").GetInt32().ShouldBe(0);
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT count(*) FROM devices WHERE site_id = $1 AND tags = '{server}'", there.SiteId)).ShouldBe(5000);
        var first = await shared.Admin.GetJsonAsync($"{Actions.Path}/{made.Id()}/items?limit=200");
        first.GetProperty("data").GetArrayLength().ShouldBe(200);
        first.Text("next_cursor").ShouldNotBeEmpty();
        await shared.Admin.SendAsync("POST", $"{Actions.Path}/{made.Id()}/cancel", new { }).ShouldBeProblemAsync(409, "bulk_action_finished");
        await shared.Admin.SendAsync("POST", Actions.Path, new { kind = "tags.add", parameters = Server, filter = new { expression = "os.famly = 1" } }).ShouldBeProblemAsync(400, "expression_invalid");
        await shared.Admin.SendAsync("POST", Actions.Path, new { kind = "tags.add", parameters = Server }).ShouldBeProblemAsync(400, "target_invalid");
    }

    [Fact]
    public async Task A_key_does_not_start_what_is_dangerous_on_many()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        Guid[] devices;
        await using (var connection = await shared.Database.System.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            devices = await Actions.SeedAsync(connection, there.SiteId, 60);
            await using var aged = new Npgsql.NpgsqlCommand("UPDATE devices SET status = 'quarantined', quarantine_reason = 'Test' WHERE id = $1", connection) { Parameters = { new() { Value = devices[0] } } };
            await aged.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var ended = await shared.Admin.RunAsync("tags.add", Server, devices);
        ended.GetProperty("skipped").GetInt32().ShouldBe(1);
        (await shared.Admin.GetJsonAsync($"{Actions.Path}/{ended.Id()}/items?state=skipped")).GetProperty("data")[0].Text("message").ShouldContain("quarantine");
        var key = await shared.Admin.PostJsonAsync("/api/v1/api-keys", new { name = "Bulk", permissions = new[] { "devices:read", "devices:command", "scripts:run" } }, 201);
        using var program = shared.Server.ClientWith(key.Text("key"));
        await program.SendAsync("POST", Actions.Path, new { kind = "script.run", parameters = new { runtime = "bash", content = "id" }, device_ids = devices }).ShouldBeProblemAsync(403, "step_up_impossible");
    }
}
