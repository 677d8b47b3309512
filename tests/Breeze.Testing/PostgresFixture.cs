using Breeze.Core.Storage;
using Breeze.Embedded;
using Npgsql;
using Xunit;

namespace Breeze.Testing;

/// <summary>One real PostgreSQL per test assembly, and a fresh database for whoever asks, cloned from a migrated template.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    const string Template = "breeze_template";

    /// <summary>Nobody pulls the plug of a test machine and reads on.</summary>
    static readonly Dictionary<string, string> Quick = new() { ["fsync"] = "off", ["full_page_writes"] = "off", ["synchronous_commit"] = "off" };

    readonly string _directory = Directory.CreateTempSubdirectory("breeze-tests-").FullName;
    readonly SemaphoreSlim _cloning = new(1);
    EmbeddedPostgres? _postgres;
    int _count;

    public async ValueTask InitializeAsync()
    {
        _postgres = await EmbeddedPostgres.StartAsync(
            new(RepositoryPaths.PostgresBinaries, Path.Combine(_directory, "postgres")) { Database = Template, Settings = Quick }, TestContext.Current.CancellationToken);
        await using (var template = new Database(_postgres.ConnectionString))
        {
            await new Migrator(template).MigrateAsync(TestContext.Current.CancellationToken);
        }
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Makes a database of its own and answers the owner's connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _count)}";
        await _cloning.WaitAsync();
        try
        {
            await using var connection = new NpgsqlConnection(_postgres!.SuperuserConnectionString);
            await connection.OpenAsync();
            var owner = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString).Username;
            await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {Template} OWNER {owner}", connection);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            _cloning.Release();
        }
        return new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
        Directory.Delete(_directory, recursive: true);
    }
}
