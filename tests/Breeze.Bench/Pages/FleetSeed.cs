using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Breeze.Bench.Pages;

/// <summary>Fills a new server's database with a fleet, by SQL in one go.</summary>
static class FleetSeed
{
    const int Rounds = 96;
    const int MinutesBetween = 44;
    const int MostMinutesToSettle = 60;

    /// <summary>A fleet that is there already is kept.</summary>
    public static async Task FillAsync(BenchServer server, int devices, long readings)
    {
        await using var connection = await server.OpenAsync();
        await using (var there = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM partners WHERE slug = 'bench-other')", connection))
        {
            if (await there.ExecuteScalarAsync() is false)
            {
                await FillAsync(connection, devices, readings);
            }
        }

        await ExecuteAsync(connection, Text("refresh.sql"));
        await using var owner = new NpgsqlConnection(server.ConnectionString);
        await owner.OpenAsync();
        await ExecuteAsync(owner, "VACUUM ANALYZE");
    }

    /// <summary>Waits until the server has made the rollups of what it was given, which takes most of a core for minutes after a fleet was seeded.</summary>
    public static async Task SettleAsync(BenchServer server)
    {
        await using var connection = await server.OpenAsync();
        await using var behind = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM metric_rollup_progress WHERE coalesce(done_until, '-infinity') < now() - CASE resolution WHEN '1d' THEN interval '27 hours' ELSE interval '3 hours' END)", connection);
        for (var waited = 0; waited < MostMinutesToSettle * 60 && await behind.ExecuteScalarAsync() is true; waited++)
        {
            await Task.Delay(1000);
        }
        // The server may have been taking them for gone while their contacts were written.
        await ExecuteAsync(connection, "UPDATE devices d SET status = 'online' FROM device_presence p WHERE p.device_id = d.id AND d.status = 'offline' AND p.last_seen_at > now()");
    }

    static async Task FillAsync(NpgsqlConnection connection, int devices, long readings)
    {
        var others = devices / 20;
        await ExecuteAsync(connection, Text("seed.sql").Replace(":devices", Number(devices), StringComparison.Ordinal).Replace(":others", Number(others), StringComparison.Ordinal));
        var round = Text("readings.sql");
        var rounds = Math.Min(Rounds, (int)Math.Ceiling(readings / (double)(devices + others)));
        for (var i = rounds - 1; i >= 0; i--)
        {
            await ExecuteAsync(connection, round.Replace("$1", Number(i * MinutesBetween), StringComparison.Ordinal));
        }
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Text(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"Breeze.Bench.{name}")!);
        return reader.ReadToEnd();
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1800 };
        await command.ExecuteNonQueryAsync();
    }
}
