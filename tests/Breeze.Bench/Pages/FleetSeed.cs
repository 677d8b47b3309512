using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Breeze.Bench.Pages;

/// <summary>Fills a new server's database with a fleet, by SQL in one go.</summary>
static class FleetSeed
{
    const int Rounds = 96;
    const int MinutesBetween = 44;

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
