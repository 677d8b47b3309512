using System.Text.Json;
using Breeze.Core.Auditing;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Policies;
using Breeze.Integration.Tests.Alerting;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Policies;

/// <summary>How devices are judged, with a clock that is set by hand.</summary>
public sealed class PolicyRunnerTests(PostgresFixture postgres)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_is_judged_by_what_is_known_of_it_and_only_changes_are_written()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var runner = Runner(bed);
        (await runner.SweepAsync(Token)).ShouldBe(0, "there is no policy");
        var (fine, old, silent) = (await AddAsync(bed, "fine", "2.0"), await AddAsync(bed, "old", "1.0"), await bed.AddDeviceAsync("silent"));
        await bed.ExecuteAsync("UPDATE devices SET os_family = 'windows' WHERE id = $1", (await AddAsync(bed, "other", "1.0")).DeviceId);
        var policy = await SaveAsync(bed, runner, "Baseline", "os.family = \"linux\"", [("Named", "hostname is not empty"), ("Current", "os.version >= 2.0"), ("In memory", "memory.percent < 50")]);
        (await StatesAsync(bed, policy)).ShouldBe(["fine drifted In memory", "old drifted Current,In memory", "silent unknown "]);
        await bed.ExecuteAsync("UPDATE device_presence SET memory = 0.1");
        (await StatesAsync(bed, policy)).ShouldBe(["fine drifted In memory", "old drifted Current,In memory", "silent unknown "], "nobody has looked yet");
        (await SweepAsync(bed, runner)).ShouldBe(1);
        (await StatesAsync(bed, policy)).ShouldBe(["fine compliant ", "old drifted Current", "silent unknown "]);
        (await CountsAsync(bed, policy)).ShouldBe("1 1 0 1");

        // Nothing has changed: no row of theirs is written again, and within a moment it is not even looked at.
        var rows = await VersionsAsync(bed, policy);
        (await SweepAsync(bed, runner)).ShouldBe(1);
        (await VersionsAsync(bed, policy)).ShouldBe(rows);
        (await runner.SweepAsync(Token)).ShouldBe(0);

        // Who leaves the target, or the fleet, is nothing to it any more.
        await bed.ExecuteAsync("UPDATE devices SET os_family = 'macos' WHERE id = $1", old.DeviceId);
        await bed.ExecuteAsync("DELETE FROM devices WHERE id = $1", silent.DeviceId);
        await SweepAsync(bed, runner);
        (await StatesAsync(bed, policy)).ShouldBe(["fine compliant "]);
        (await CountsAsync(bed, policy)).ShouldBe("1 0 0 0");
        fine.DeviceId.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_rule_that_asks_for_a_policy_fires_when_a_device_drifts_and_resolves_when_it_holds_again()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var runner = Runner(bed);
        var (web, _) = (await AddAsync(bed, "web", "2.0"), await AddAsync(bed, "db", "2.0"));
        await SaveAsync(bed, runner, "Baseline", "", [("Current", "os.version >= 2.0"), ("Calm", "not metric(\"test.load\") > 1")]);
        await bed.AddRuleAsync("compliance(\"Baseline\") = \"drifted\"", name: "drifts", reopenMinutes: 0);
        await bed.AddRuleAsync("compliance(\"Baseline\") = \"failed\"", name: "fails", reopenMinutes: 0);
        var engine = await bed.StartAsync();
        await bed.TickAsync(engine);
        (await AlertsAsync(bed)).ShouldBeEmpty();

        await bed.ExecuteAsync("UPDATE devices SET os_version = '1.9' WHERE id = $1", web.DeviceId);
        await SweepAsync(bed, runner);
        await bed.TickAsync(engine);
        (await AlertsAsync(bed)).ShouldBe(["drifts web firing"]);
        await bed.ExecuteAsync("UPDATE devices SET os_version = '2.1' WHERE id = $1", web.DeviceId);
        await SweepAsync(bed, runner);
        await bed.TickAsync(engine);
        (await AlertsAsync(bed)).ShouldBe(["drifts web resolved"]);

        // What a check asks for has gone with its plugin: it cannot be done, and that is neither well nor drifted.
        await bed.ExecuteAsync("DELETE FROM metric_definitions WHERE name = 'test.load'");
        await bed.Expressions.ReloadAsync(Token);
        await SweepAsync(bed, runner);
        await bed.TickAsync(engine);
        (await AlertsAsync(bed)).ShouldBe(["drifts web resolved", "fails db firing", "fails web firing"]);
        (await bed.ScalarAsync<string>("SELECT last_error FROM policies")).ShouldStartWith("“Calm” cannot be checked any more: ");
        (await bed.ScalarAsync<string>("SELECT detail::text FROM policy_compliance LIMIT 1")).ShouldBe("""{"failed": ["Calm"]}""");
    }

    [Fact]
    public async Task A_policy_of_an_organization_judges_its_devices_alone_and_one_that_is_off_none()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var runner = Runner(bed);
        await AddAsync(bed, "ours", "1.0");
        var (organization, site, foreign) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await bed.ExecuteAsync("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $2, 'Another')", organization, bed.Partner);
        await bed.ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $2, $3, 'Main')", site, bed.Partner, organization);
        await bed.ExecuteAsync("INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family) VALUES ($1, $2, $3, $4, 'theirs', 'x', 'linux')", foreign, bed.Partner, organization, site);
        await bed.ExecuteAsync("INSERT INTO partners (id, name, slug) VALUES ($1, 'Rival', 'rival')", foreign);
        await bed.ExecuteAsync("INSERT INTO organizations (id, partner_id, name) VALUES ($1, $1, 'Rival')", foreign);
        await bed.ExecuteAsync("INSERT INTO sites (id, partner_id, organization_id, name) VALUES ($1, $1, $1, 'Main')", foreign);
        await bed.ExecuteAsync("INSERT INTO devices (id, partner_id, organization_id, site_id, hostname, machine_id, os_family) VALUES (gen_random_uuid(), $1, $1, $1, 'rival', 'x', 'linux')", foreign);
        var own = await SaveAsync(bed, runner, "Own", "", [("Named", "hostname is not empty")], bed.Organization);
        var all = await SaveAsync(bed, runner, "All", "", [("Named", "hostname is not empty")]);
        (await StatesAsync(bed, own)).ShouldBe(["ours compliant "]);
        (await StatesAsync(bed, all)).ShouldBe(["ours compliant ", "theirs unknown "]);

        var library = Library(bed, runner);
        (await library.SaveAsync(Scope(bed), all, Draft("All", "", [("Named", "hostname is not empty")]) with { Enabled = false }, Token)).Succeeded.ShouldBeTrue();
        (await StatesAsync(bed, all)).ShouldBeEmpty();
        (await CountsAsync(bed, all)).ShouldBe("0 0 0 0");
        (await SweepAsync(bed, runner)).ShouldBe(1);
        (await library.SaveAsync(Scope(bed), all, Draft("All", "", [("Named", "hostname is not empty")]) with { Enabled = true }, Token)).Succeeded.ShouldBeTrue();
        (await CountsAsync(bed, all)).ShouldBe("1 0 0 1");
    }

    [Fact]
    public async Task A_policy_that_takes_too_long_says_so_and_the_others_go_on()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        var runner = new PolicyRunner(bed.Database, bed.Expressions, new(bed.Expressions), bed.Time) { Limit = TimeSpan.FromSeconds(5) };
        await AddAsync(bed, "web", "1.0");
        var slow = await SaveAsync(bed, runner, "Slow", "", [("Patched", "updates.count = 0")]);
        var quick = await SaveAsync(bed, runner, "Quick", "", [("Current", "os.version >= 2.0")]);
        var broken = Guid.CreateVersion7();
        await bed.ExecuteAsync("INSERT INTO policies (id, partner_id, name, definition) VALUES ($1, $2, 'Broken', '{\"checks\": 5}')", broken, bed.Partner);
        await bed.ExecuteAsync("UPDATE devices SET os_version = '2.0'");
        await using (var other = await new NpgsqlDataSourceBuilder(bed.Database.ConnectionString).Build().OpenConnectionAsync(Token))
        {
            await using var transaction = await other.BeginTransactionAsync(Token);
            await using (var hold = new NpgsqlCommand("LOCK TABLE device_updates IN ACCESS EXCLUSIVE MODE", other))
            {
                await hold.ExecuteNonQueryAsync(Token);
            }
            await Should.ThrowAsync<JsonException>(() => SweepAsync(bed, runner));
        }
        (await StatesAsync(bed, quick)).ShouldBe(["web compliant "]);
        (await StatesAsync(bed, slow)).ShouldBe(["web compliant "], "what was known before stands");
        (await bed.ScalarAsync<string>("SELECT last_error FROM policies WHERE id = $1", slow)).ShouldContain("took too long");
        (await SweepAsync(bed, runner)).ShouldBe(1, "the two others rest for a while");
        bed.Time.Now = bed.Time.Now.AddMinutes(5);
        await bed.ExecuteAsync("DELETE FROM policies WHERE id = $1", broken);
        (await SweepAsync(bed, runner)).ShouldBe(2);
        (await bed.ScalarAsync<bool>("SELECT last_error IS NULL FROM policies WHERE id = $1", slow)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_device_is_told_of_twenty_checks_by_name_and_how_many_more_there_are()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await AddAsync(bed, "web", "1.0");
        var policy = await SaveAsync(bed, Runner(bed), "Long", "", [.. Enumerable.Range(1, 50).Select(i => ($"{i}", "os.version >= 2.0"))]);
        var detail = PolicyDetail.Read(await bed.ScalarAsync<string>("SELECT detail::text FROM policy_compliance WHERE policy_id = $1", policy));
        detail.Drifted.ShouldBe(Enumerable.Range(1, 20).Select(i => $"{i}"));
        (detail.More, detail.Failed.Count).ShouldBe((30, 0));
    }

    [Fact]
    public async Task What_is_offered_to_begin_with_can_be_saved()
    {
        await using var bed = await AlertBed.MakeAsync(postgres);
        await AddAsync(bed, "web", "1.0");
        foreach (var example in PolicyExample.All)
        {
            var made = await Library(bed, Runner(bed)).CreateAsync(Scope(bed), null, new() { Name = example.Name, Description = example.Description, Target = example.Target, Checks = example.Checks }, Token);
            made.Succeeded.ShouldBeTrue(made.Refusal?.Detail);
            made.Value!.LastError.ShouldBeNull();
        }
    }

    static PolicyRunner Runner(AlertBed bed) => new(bed.Database, bed.Expressions, new(bed.Expressions), bed.Time);

    static PolicyLibrary Library(AlertBed bed, PolicyRunner runner) => new(bed.Database, new(bed.Expressions), runner, new AuditLog(bed.Database, bed.Time), bed.Time);

    static AccessScope Scope(AlertBed bed) => new() { PartnerId = bed.Partner, Permissions = ["*"] };

    static PolicyDraft Draft(string name, string target, (string Name, string Condition)[] checks) =>
        new() { Name = name, Target = target, Checks = [.. checks.Select(c => new PolicyCheck { Name = c.Name, Condition = c.Condition })] };

    static async Task<Guid> SaveAsync(AlertBed bed, PolicyRunner runner, string name, string target, (string Name, string Condition)[] checks, Guid? organization = null)
    {
        var made = await Library(bed, runner).CreateAsync(Scope(bed), organization, Draft(name, target, checks), Token);
        made.Succeeded.ShouldBeTrue(made.Refusal?.Detail);
        return made.Value!.Id;
    }

    /// <summary>A device that has checked in.</summary>
    static async Task<AgentEntry> AddAsync(AlertBed bed, string hostname, string version)
    {
        var device = await bed.AddDeviceAsync(hostname);
        await bed.ExecuteAsync("UPDATE devices SET os_version = $2 WHERE id = $1", device.DeviceId, version);
        await bed.ExecuteAsync("INSERT INTO device_presence (device_id, last_seen_at, memory) VALUES ($1, now(), 0.9)", device.DeviceId);
        return device;
    }

    static Task<int> SweepAsync(AlertBed bed, PolicyRunner runner)
    {
        bed.Time.Now = bed.Time.Now.AddSeconds(30);
        return runner.SweepAsync(Token);
    }

    static Task<string[]> StatesAsync(AlertBed bed, Guid policy) => bed.ScalarAsync<string[]>(
        """
        SELECT coalesce(array_agg(d.hostname || ' ' || c.status || ' ' || coalesce((SELECT string_agg(n, ',' ORDER BY o) FROM jsonb_array_elements_text(c.detail -> 'drifted') WITH ORDINALITY AS x (n, o)), '')
            ORDER BY d.hostname), '{}') FROM policy_compliance c JOIN devices d ON d.id = c.device_id WHERE c.policy_id = $1
        """, policy);

    static Task<string> CountsAsync(AlertBed bed, Guid policy) =>
        bed.ScalarAsync<string>("SELECT concat_ws(' ', compliant_count, drifted_count, failed_count, unknown_count) FROM policies WHERE id = $1", policy);

    /// <summary>Which transactions wrote the rows.</summary>
    static Task<string> VersionsAsync(AlertBed bed, Guid policy) => bed.ScalarAsync<string>("SELECT string_agg(xmin::text, ',' ORDER BY device_id) FROM policy_compliance WHERE policy_id = $1", policy);

    /// <summary>The alerts without their times.</summary>
    static async Task<List<string>> AlertsAsync(AlertBed bed) => [.. (await bed.AlertsAsync()).Select(a => string.Join(' ', a.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]))];
}
