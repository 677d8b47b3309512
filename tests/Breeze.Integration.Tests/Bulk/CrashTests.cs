using Breeze.Core.Devices.Bulk;
using Breeze.Integration.Tests.Support;
using Breeze.Integration.Tests.Tenancy;
using Npgsql;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Bulk;

/// <remarks>One after the other: there is one runner, and some of these tests hold it up.</remarks>
[Collection("Bulk actions")]
public sealed class CrashTests(SharedServer shared)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_runner_left_half_done_is_done_once_and_a_cancelled_rest_is_left()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        await using var connection = await shared.Database.System.OpenConnectionAsync(Cancellation);
        await Actions.SeedAsync(connection, there.SiteId, 1200);
        // Batches wait for the lock, so that they can be cut off in the middle.
        await using var holder = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server, superuser: true) + ";Pooling=false");
        await holder.OpenAsync(Cancellation);
        var held = await holder.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(holder, "LOCK TABLE devices IN SHARE MODE");
        var made = await shared.Admin.PostJsonAsync(Actions.Path, new { kind = "script.run", parameters = new { runtime = "bash", content = "id" }, filter = new { site_id = there.SiteId, os = "linux" } }, 202);
        var tags = await shared.Admin.PostJsonAsync(Actions.Path, new { kind = "tags.add", parameters = new { tags = new[] { "late" } }, filter = new { site_id = there.SiteId } }, 202);
        await Http.UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE devices d SET tags%'") > 0);
        // The batch under way is cut off in the middle: nothing of it counts, and it is tried again.
        await ExecuteAsync(holder, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE devices d SET tags%'");
        (await CountAsync($"SELECT count(*) FROM bulk_action_items WHERE action_id = '{tags.Id()}' AND state <> 'queued'")).ShouldBe(0);
        await held.RollbackAsync(Cancellation);

        (await shared.Admin.EndedAsync(made.Id())).GetProperty("done").GetInt32().ShouldBe(1200);
        (await shared.Admin.EndedAsync(tags.Id())).GetProperty("done").GetInt32().ShouldBe(1200);
        (await CountAsync($"SELECT count(*) FROM device_commands c JOIN devices d ON d.id = c.device_id WHERE d.site_id = '{there.SiteId}'")).ShouldBe(1200);
    }

    [Fact]
    public async Task Cancelling_leaves_the_rest_undone()
    {
        var there = await shared.Admin.AddOrganizationAsync();
        await using var connection = await shared.Database.System.OpenConnectionAsync(Cancellation);
        await Actions.SeedAsync(connection, there.SiteId, 5000);
        // Batches wait for the lock, so that the action is still open when it is cancelled; the cancellation takes effect behind the batch under way.
        await using var holder = new NpgsqlConnection(ServerDatabase.ConnectionStringOf(shared.Server, superuser: true) + ";Pooling=false");
        await holder.OpenAsync(Cancellation);
        var held = await holder.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(holder, "LOCK TABLE devices IN SHARE MODE");
        var action = await shared.Admin.PostJsonAsync(Actions.Path, new { kind = "tags.add", parameters = new { tags = new[] { "never" } }, filter = new { site_id = there.SiteId } }, 202);
        await Http.UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE devices d SET tags%'") > 0);
        var cancelling = shared.Admin.SendAsync("POST", $"{Actions.Path}/{action.Id()}/cancel", new { });
        await Http.UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%state = ''cancelled''%'") > 0);
        await held.RollbackAsync(Cancellation);
        using var cancelled = await cancelling;
        cancelled.StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        var ended = await shared.Admin.GetJsonAsync($"{Actions.Path}/{action.Id()}");
        ended.Text("state").ShouldBe("cancelled");
        var done = ended.GetProperty("done").GetInt32();
        done.ShouldBeInRange(BulkActionRunner.BatchSize, 4 * BulkActionRunner.BatchSize);
        (done % BulkActionRunner.BatchSize).ShouldBe(0);
        (await CountAsync($"SELECT count(*) FROM devices WHERE site_id = '{there.SiteId}' AND 'never' = ANY (tags)")).ShouldBe(done);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    Task<long> CountAsync(string sql) => ServerDatabase.ReadAsync<long>(shared.Server, sql);
}
