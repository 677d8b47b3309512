using System.Collections.Concurrent;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Storage;

/// <summary>
/// The two ways into PostgreSQL: as <c>breeze_app</c>, bound to one principal's scope, and as <c>breeze_system</c>, for the server's own work.
/// Neither role owns a table or can bypass row-level security.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string AppRole = "breeze_app";
    public const string SystemRole = "breeze_system";

    readonly NpgsqlDataSource _app;
    readonly ConcurrentDictionary<Type, (DbContextOptions App, DbContextOptions System)> _options = [];

    public Database(string connectionString)
    {
        ConnectionString = connectionString;
        _app = CreateSource(connectionString, AppRole, 40);
        System = CreateSource(connectionString, SystemRole, 12);
    }

    /// <summary>The connection string of the owner, for migrations alone.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections for the server's own work.</summary>
    public NpgsqlDataSource System { get; }

    public BreezeDbContext CreateContext(AccessScope scope) => new(Options<BreezeDbContext>(scope), scope);

    public BreezeDbContext CreateSystemContext() => CreateContext(AccessScope.System);

    /// <summary>What a context that acts for the scope is made with.</summary>
    public DbContextOptions<T> Options<T>(AccessScope scope) where T : ScopedDbContext
    {
        var (app, system) = _options.GetOrAdd(typeof(T), static (_, d) => (Options<T>(d._app), Options<T>(d.System)), this);
        return (DbContextOptions<T>)(scope.IsSystem ? system : app);
    }

    /// <summary>A connection that reaches what the scope reaches, for queries that EF Core cannot express.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(AccessScope scope, CancellationToken cancellationToken)
    {
        if (scope.IsSystem)
        {
            return await System.OpenConnectionAsync(cancellationToken);
        }
        var connection = await _app.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = ScopeInterceptor.CreateCommand(connection, scope);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops all idle connections, because the server has gone; otherwise each of them would fail one more request.</summary>
    public void ForgetConnections()
    {
        _app.Clear();
        System.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await System.DisposeAsync();
    }

    static NpgsqlDataSource CreateSource(string connectionString, string role, int maximum)
    {
        // The role is a start-up option of the connection: RESET ROLE and the pool's reset come back to it, not to the owner.
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = role, IncludeErrorDetail = false };
        builder.Options = string.IsNullOrEmpty(builder.Options) ? $"-c role={role}" : $"{builder.Options} -c role={role}";
        builder.MaxPoolSize = Math.Min(builder.MaxPoolSize, maximum);
        // No automatic preparing: after a query that was cancelled half-way, Npgsql 10.0.3 at times mistook the answer of the next one.
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }

    static DbContextOptions<T> Options<T>(NpgsqlDataSource source) where T : DbContext => new DbContextOptionsBuilder<T>()
        .UseNpgsql(source)
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(ScopeInterceptor.Instance)
        .Options;
}
