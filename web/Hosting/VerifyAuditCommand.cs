using Breeze.Core.Auditing;
using Breeze.Core.Storage;
using Breeze.Embedded;
using Npgsql;

namespace Breeze.Web.Hosting;

/// <summary>
/// <c>breeze verify-audit</c>: checks every partner's audit chain, beside a server that runs or without one. <c>--expect SLUG=SEQUENCE:HASH</c>, from an
/// earlier run, also proves that the end was not cut off.
/// </summary>
static class VerifyAuditCommand
{
    public const string Name = "verify-audit";

    /// <summary>0 when all chains hold, 1 otherwise.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var settings = ServerSettings.Read(configuration);
        var expected = Expectations(arguments);
        if (settings.DatabaseConnection is { } external)
        {
            return await VerifyAsync(external, expected);
        }
        var options = new EmbeddedPostgresOptions(settings.PostgresBinaries, Path.Combine(settings.DataDirectory, "postgres"));
        if (EmbeddedPostgres.FindRunning(options) is { } running)
        {
            return await VerifyAsync(running, expected);
        }
        if (!Directory.Exists(Path.Combine(settings.DataDirectory, "postgres", "data")))
        {
            throw new StartupException($"There is no Breeze in {settings.DataDirectory}. Set BREEZE_DATA to its data directory, or DATABASE_URL to its database.");
        }
        using var instance = InstanceLock.Take(settings.DataDirectory);
        await using var postgres = await EmbeddedPostgres.StartAsync(options, CancellationToken.None);
        return await VerifyAsync(postgres.ConnectionString, expected);
    }

    static async Task<int> VerifyAsync(string connectionString, Dictionary<string, (long Sequence, string Hash)> expected)
    {
        await using var database = new Database(connectionString);
        await using var connection = await database.System.OpenConnectionAsync();
        var chains = new List<(Guid? Id, string Slug)> { (null, "-") };
        await using (var command = new NpgsqlCommand("SELECT id, slug FROM partners ORDER BY slug", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                chains.Add((reader.GetGuid(0), reader.GetString(1)));
            }
        }
        var failed = expected.Keys.Except(chains.Select(c => c.Slug)).ToList();
        failed.ForEach(slug => Console.WriteLine($"{slug}: FAILED, there is no such partner"));
        foreach (var (id, slug) in chains)
        {
            var state = await AuditChain.VerifyAsync(connection, id, CancellationToken.None);
            var problem = state.BrokenAt is { } sequence ? $"entry {sequence} does not fit: it, or one before it, was altered or taken out"
                : expected.TryGetValue(slug, out var known) && await AuditChain.HashAtAsync(connection, id, known.Sequence, CancellationToken.None) != known.Hash
                    ? $"entry {known.Sequence} is not the one that was there: the chain was cut off or made anew"
                    : null;
            Console.WriteLine(problem is null ? $"{slug}: holds, {state.Entries} entries, {slug}={state.Entries}:{state.Head}" : $"{slug}: FAILED, {problem}");
            if (problem is not null)
            {
                failed.Add(slug);
            }
        }
        Console.WriteLine(failed.Count == 0 ? "Every chain holds." : $"{failed.Count} of {chains.Count} chains do not hold.");
        return failed.Count == 0 ? 0 : 1;
    }

    static Dictionary<string, (long Sequence, string Hash)> Expectations(string[] arguments)
    {
        var expected = new Dictionary<string, (long, string)>();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] != "--expect" || i + 1 == arguments.Length || arguments[i + 1].Split('=', ':') is not [var slug, var number, var hash] || !long.TryParse(number, out var sequence))
            {
                throw new StartupException($"'{arguments[i]}' is not understood. Usage: breeze {Name} [--expect SLUG=SEQUENCE:HASH]…, as an earlier run printed it.");
            }
            expected[slug] = (sequence, hash.ToLowerInvariant());
        }
        return expected;
    }
}
