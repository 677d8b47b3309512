using Breeze.Core.Jobs;
using Breeze.Core.Storage;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace Breeze.Web.Jobs;

/// <summary>Hangfire on PostgreSQL, in a schema of its own.</summary>
static class JobServices
{
    const string Schema = "hangfire";

    /// <summary>Makes Hangfire's tables as the owner, and lets the runtime role work on them.</summary>
    public static void InstallJobStorage(Database database)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        PostgreSqlObjectsInstaller.Install(connection, Schema);
        using var grant = new NpgsqlCommand(
            $"""
            GRANT USAGE ON SCHEMA {Schema} TO {Database.SystemRole};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {Schema} TO {Database.SystemRole};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {Schema} TO {Database.SystemRole};
            """, connection);
        grant.ExecuteNonQuery();
    }

    public static void AddBreezeJobs(this IServiceCollection services, Database database)
    {
        services.AddHangfire(c => c.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UsePostgreSqlStorage(
            o => o.UseConnectionFactory(new SystemConnections(database)),
            new PostgreSqlStorageOptions { SchemaName = Schema, PrepareSchemaIfNecessary = false, QueuePollInterval = TimeSpan.FromSeconds(15), EnableLongPolling = true }));
        services.AddHangfireServer(o => o.WorkerCount = 4);
        services.AddSingleton<IJobQueue, HangfireJobQueue>();
        services.AddSingleton<PluginJobRunner>();
        services.AddHostedService<PluginJobScheduler>();
    }

    sealed class SystemConnections(Database database) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => database.System.CreateConnection();
    }
}
