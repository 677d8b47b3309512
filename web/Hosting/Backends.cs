using Breeze.Core.Events;
using Breeze.Core.Storage;
using Breeze.Embedded;
using Breeze.Web.Jobs;
using Npgsql;

namespace Breeze.Web.Hosting;

/// <summary>PostgreSQL and Redis, the operator's or embedded ones, ready to use.</summary>
sealed class Backends : IAsyncDisposable
{
    EmbeddedPostgres? _postgres;
    EmbeddedRedis? _redis;

    public required Database Database { get; init; }

    public required EventBus Bus { get; init; }

    public static async Task<Backends> StartAsync(ServerSettings settings, StartupProgress progress, CancellationToken cancellationToken)
    {
        EmbeddedPostgres? postgres = null;
        EmbeddedRedis? redis = null;
        Database? database = null;
        try
        {
            var starting = settings.RedisConnection is null
                ? Task.Run(() => EmbeddedRedis.Start(Path.Combine(settings.DataDirectory, "redis")), cancellationToken)
                : null;
            if (settings.DatabaseConnection is null)
            {
                progress.Say("Starting the embedded PostgreSQL");
                postgres = await EmbeddedPostgres.StartAsync(
                    new(settings.PostgresBinaries, Path.Combine(settings.DataDirectory, "postgres")) { Report = progress.Say }, cancellationToken);
            }
            redis = starting is null ? null : await starting;
            if (redis is not null)
            {
                progress.Say("Started the embedded Redis");
            }
            database = new Database(settings.DatabaseConnection ?? postgres!.ConnectionString);
            if (postgres is not null)
            {
                postgres.Interrupted += database.ForgetConnections;
            }
            progress.Say("Bringing the database to this version's schema");
            await MigrateAsync(database, settings, cancellationToken);
            var bus = await EventBus.ConnectAsync(settings.RedisConnection ?? redis!.ConnectionString);
            return new Backends { Database = database, Bus = bus, _postgres = postgres, _redis = redis };
        }
        catch
        {
            if (database is not null)
            {
                await database.DisposeAsync();
            }
            redis?.Dispose();
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
            }
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Bus.DisposeAsync();
        await Database.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        _redis?.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    static async Task MigrateAsync(Database database, ServerSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await new Migrator(database).MigrateAsync(cancellationToken);
            JobServices.InstallJobStorage(database);
        }
        catch (NpgsqlException e) when (settings.DatabaseConnection is not null && e is not PostgresException)
        {
            throw new StartupException($"The database of DATABASE_URL cannot be reached: {e.Message} Check host, port and firewall.");
        }
        catch (PostgresException e) when (settings.DatabaseConnection is not null)
        {
            throw new StartupException(
                $"The database of DATABASE_URL refuses: {e.MessageText} ({e.SqlState}). Its user must own the database and have CREATEROLE, or the roles breeze_app and breeze_system must be granted to it.");
        }
        catch (DatabaseRefusedException e)
        {
            throw new StartupException(e.Message);
        }
    }
}
