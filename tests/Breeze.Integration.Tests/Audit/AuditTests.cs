using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Audit;

public sealed class AuditTests(SharedServer shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_people_and_agents_do_is_recorded_without_secrets_and_the_chain_holds()
    {
        var tenant = await shared.AddPartnerAsync("Audited");
        var key = await tenant.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = tenant.SiteId }, 201);
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, key.Text("key"));
        const string secret = "do-not-log-this-anywhere";
        await tenant.Admin.QueueScriptAsync(agent.Id, $"curl -H 'Authorization: {secret}' example.com");
        await shared.Server.Client.PostTextAsync("/api/v1/auth/login", $$"""{"email":"{{ServerProcess.AdminEmail}}","password":"{{secret}}"}""").ShouldBeProblemAsync(401);

        var actions = await ReadAsync("SELECT string_agg(action || ' ' || actor_kind, E'\n') FROM audit_logs WHERE partner_id = $1", tenant.PartnerId);
        foreach (var action in (string[])["user.signed_in user", "enrollment_key.created user", "device.enrolled agent", "device.command_queued user"])
        {
            actions.Split('\n').ShouldContain(action);
        }
        var everything = await ReadAsync("SELECT string_agg(to_jsonb(a)::text, E'\n') FROM audit_logs a WHERE partner_id IS NOT NULL AND $1 = $1", tenant.PartnerId);
        everything.ShouldContain("user.sign_in_failed");
        everything.ShouldNotContain(secret);
        everything.ShouldNotContain(key.Text("key"));
        everything.ShouldNotContain(agent.Token);
        everything.ShouldNotContain(ServerProcess.AdminPassword);
        (await ServerDatabase.ReadAsync<bool>(shared.Server, "SELECT breeze_audit_verify($1) IS NULL", tenant.PartnerId)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("breeze_app")]
    [InlineData("breeze_system")]
    public async Task Neither_role_can_change_what_was_recorded(string role)
    {
        var tenant = await shared.AddPartnerAsync("Kept");
        await using var connection = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server));
        await connection.OpenAsync(Token);
        foreach (var deed in (string[])["UPDATE audit_logs SET action = 'a.b'", "DELETE FROM audit_logs", "TRUNCATE audit_logs", "ALTER TABLE audit_logs DISABLE TRIGGER ALL", "DROP TABLE audit_logs"])
        {
            await using var command = new NpgsqlCommand($"SET ROLE {role}; SELECT set_config('breeze.partner', '{tenant.PartnerId}', false), set_config('breeze.organizations', '*', false); {deed}", connection);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token))).SqlState.ShouldBe("42501", deed);
        }
    }

    [Fact]
    public async Task Not_even_the_owner_changes_it_by_accident_and_who_tampers_is_found()
    {
        var tenant = await shared.AddPartnerAsync("Tampered");
        await tenant.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = tenant.SiteId }, 201);
        await using var connection = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server, superuser: true));
        await connection.OpenAsync(Token);
        await using (var update = new NpgsqlCommand($"UPDATE audit_logs SET actor_name = 'Mallory' WHERE partner_id = '{tenant.PartnerId}'", connection))
        {
            (await Should.ThrowAsync<PostgresException>(() => update.ExecuteNonQueryAsync(Token))).SqlState.ShouldBe("42501");
        }
        await using (var tamper = new NpgsqlCommand(
            $"SET session_replication_role = replica; UPDATE audit_logs SET actor_name = 'Mallory' WHERE partner_id = '{tenant.PartnerId}' AND sequence = 2", connection))
        {
            (await tamper.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        }
        (await ServerDatabase.ReadAsync<long>(shared.Server, "SELECT breeze_audit_verify($1)", tenant.PartnerId)).ShouldBe(2);
    }

    Task<string> ReadAsync(string sql, Guid partnerId) => ServerDatabase.ReadAsync<string>(shared.Server, sql, partnerId);

    [Fact]
    public async Task The_log_is_searched_exported_and_checked_over_the_API()
    {
        var tenant = await shared.AddPartnerAsync("Searched");
        await tenant.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = tenant.SiteId, name = "=HYPERLINK(\"http://evil\")" }, 201);
        var key = await tenant.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = tenant.SiteId }, 201);
        using var agent = await FakeAgent.EnrolAsync(shared.Server.Url, key.Text("key"), "=cmd|'/c calc'!A0");

        var found = (await tenant.Admin.GetJsonAsync("/api/v1/audit?action=enrollment_key.&limit=1"));
        found.GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Text("action").ShouldBe("enrollment_key.created");
        var next = (await tenant.Admin.GetJsonAsync($"/api/v1/audit?action=enrollment_key.&limit=1&cursor={found.Text("next_cursor")}")).GetProperty("data")[0];
        next.Id().ShouldNotBe(found.GetProperty("data")[0].Id());
        (await tenant.Admin.GetJsonAsync($"/api/v1/audit?target_id={agent.Id}")).GetProperty("data").EnumerateArray().ShouldHaveSingleItem().Text("actor_kind").ShouldBe("agent");
        (await tenant.Admin.GetJsonAsync("/api/v1/audit?to=2020-01-01T00:00:00Z")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await tenant.Admin.GetJsonAsync("/api/v1/audit?q=enrollment%20key:%20created")).GetProperty("data").GetArrayLength().ShouldBe(2);

        var lines = (await tenant.Admin.GetStringAsync("/api/v1/audit/export.csv", Token)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldStartWith("\"time\",\"sequence\"");
        lines.Length.ShouldBeGreaterThan(4);
        lines.ShouldAllBe(l => !l.Contains(",\"=", StringComparison.Ordinal));

        var verified = await tenant.Admin.GetJsonAsync("/api/v1/audit/verify");
        verified.GetProperty("holds").GetBoolean().ShouldBeTrue();
        verified.GetProperty("entries").GetInt64().ShouldBeGreaterThan(4);
        verified.Text("head").Length.ShouldBe(64);
        (await tenant.Admin.GetJsonAsync("/api/v1/audit?limit=1")).GetProperty("data")[0].Text("action").ShouldBe("audit.exported");
    }

    [Fact]
    public async Task The_verify_command_beside_a_running_server_finds_what_was_altered_and_what_was_cut_off()
    {
        var tenant = await shared.AddPartnerAsync("Verified");
        await tenant.Admin.PostJsonAsync("/api/v1/enrollment-keys", new { site_id = tenant.SiteId }, 201);
        var slug = await ServerDatabase.ReadAsync<string>(shared.Server, "SELECT slug FROM partners WHERE id = $1", tenant.PartnerId);
        var (code, output) = await VerifyAsync();
        var line = output.Split('\n').Single(l => l.StartsWith($"{slug}: ", StringComparison.Ordinal));
        line.ShouldContain("holds");
        var head = line.Split(' ')[^1].Trim();
        head.ShouldStartWith($"{slug}=");
        code.ShouldBe(output.Contains("FAILED", StringComparison.Ordinal) ? 1 : 0);

        await using var connection = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server, superuser: true));
        await connection.OpenAsync(Token);
        // Only a superuser who switches the triggers off gets this far; the end of the chain is gone and what is left fits together.
        await using (var cut = new NpgsqlCommand(
            $"""
            SET session_replication_role = replica;
            DELETE FROM audit_logs a WHERE partner_id = '{tenant.PartnerId}' AND sequence = (SELECT max(sequence) FROM audit_logs b WHERE b.partner_id = a.partner_id)
            """, connection))
        {
            await cut.ExecuteNonQueryAsync(Token);
        }
        (await VerifyAsync()).Output.Split('\n').Single(l => l.StartsWith($"{slug}: ", StringComparison.Ordinal)).ShouldContain("holds");
        (code, output) = await VerifyAsync("--expect", head);
        code.ShouldBe(1);
        output.Split('\n').Single(l => l.StartsWith($"{slug}: ", StringComparison.Ordinal)).ShouldContain("cut off");
    }

    async Task<(int Code, string Output)> VerifyAsync(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(RepositoryPaths.Output("Breeze.Web"), "breeze"), ["verify-audit", .. arguments]) { RedirectStandardOutput = true };
        start.Environment["BREEZE_DATA"] = shared.Server.DataDirectory;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }
}
