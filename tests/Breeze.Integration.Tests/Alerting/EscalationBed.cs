using Breeze.Core.Identity;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.OnCall;
using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>A bed with people who can be told, and policies that a test drives.</summary>
sealed class EscalationBed(NotifyingBed bed) : IAsyncDisposable
{
    public NotifyingBed Bed => bed;

    public EscalationRunner Runner { get; private set; } = new(bed.Database, bed.Bus, bed.Time);

    public HandOvers HandOvers { get; } = new(bed.Database, bed.Bus, bed.Time);

    public static async Task<EscalationBed> MakeAsync(PostgresFixture postgres) => new(await NotifyingBed.MakeAsync(postgres));

    /// <summary>Somebody who sees all of the partner, with an address on the channel.</summary>
    public async Task<Guid> AddPersonAsync(string name, Guid? channel = null, string access = "all")
    {
        var id = Guid.CreateVersion7();
        await bed.ExecuteAsync("INSERT INTO users (id, email, normalized_email, display_name, security_stamp) VALUES ($1, $1 || '@example.com', upper($1 || '@example.com'), $2, gen_random_uuid())", id, name);
        await bed.ExecuteAsync("INSERT INTO partner_users (id, partner_id, user_id, role_id, organization_access) VALUES (gen_random_uuid(), $1, $2, $3, $4)", bed.Partner, id, BuiltInRoles.PartnerViewer, access);
        if (channel is { } known)
        {
            await bed.ExecuteAsync(
                "INSERT INTO contact_methods (id, partner_id, user_id, channel_id, address, recipient) VALUES (gen_random_uuid(), $1, $2, $3, $4, jsonb_build_object('name', $4))", bed.Partner, id, known, name);
        }
        return id;
    }

    /// <summary>The people take turns of a day from now on.</summary>
    public async Task<Guid> AddScheduleAsync(string name, params Guid[] users)
    {
        var id = Guid.CreateVersion7();
        var layers = users.Length == 0 ? "[]" : $$"""[{"name":"","start":"{{bed.Time.Now:yyyy-MM-dd}}","hand_over":"{{bed.Time.Now:HH:mm}}","every_days":1,"users":[{{string.Join(',', users.Select(u => $"\"{u}\""))}}],"hours":[]}]""";
        await bed.ExecuteAsync("INSERT INTO on_call_schedules (id, partner_id, name, time_zone, layers, changes_at) VALUES ($1, $2, $3, 'UTC', $4::jsonb, $5)", id, bed.Partner, name, layers, bed.Time.Now);
        return id;
    }

    /// <summary>A policy, and a route that leads everything to it.</summary>
    public async Task<Guid> AddPolicyAsync(int repeats, params EscalationStep[] steps)
    {
        var id = Guid.CreateVersion7();
        await bed.ExecuteAsync("INSERT INTO escalation_policies (id, partner_id, name, steps, repeats, repeat_minutes) VALUES ($1, $2, 'Night', $3::jsonb, $4, 60)", id, bed.Partner, EscalationStep.ToJson(steps), repeats);
        var route = await bed.AddRouteAsync("all", []);
        await bed.ExecuteAsync("UPDATE notification_routes SET policy_id = $2 WHERE id = $1", route, id);
        return id;
    }

    /// <summary>Routes, escalates and delivers all that is due now; answers who was told, in order.</summary>
    public async Task<string[]> RunAsync()
    {
        var told = new List<string>();
        while (true)
        {
            told.AddRange(await bed.RunAsync());
            if (await Runner.RunAsync(TestContext.Current.CancellationToken) + await HandOvers.RunAsync(TestContext.Current.CancellationToken) == 0)
            {
                return [.. told.Order(StringComparer.Ordinal)];
            }
        }
    }

    public Task<string[]> AfterAsync(int minutes)
    {
        bed.Time.Now += TimeSpan.FromMinutes(minutes);
        return RunAsync();
    }

    /// <summary>As after a restart: nothing is known but what is in the database.</summary>
    public void Restart() => Runner = new(bed.Database, bed.Bus, bed.Time);

    public async Task<string[]> TimelineAsync(Guid alert)
    {
        await using var command = bed.Database.System.CreateCommand("SELECT text FROM alert_events WHERE alert_id = $1 AND kind = 'escalated' ORDER BY id");
        command.Parameters.Add(new() { Value = alert });
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }
        return [.. lines];
    }

    public ValueTask DisposeAsync() => bed.DisposeAsync();
}
