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
    readonly DbContextOptions<BreezeDbContext> _appOptions;
    readonly DbContextOptions<BreezeDbContext> _systemOptions;

    public Database(string connectionString)
    {
        ConnectionString = connectionString;
        _app = CreateSource(connectionString, AppRole, 40);
        System = CreateSource(connectionString, SystemRole, 12);
        _appOptions = Options(_app);
        _systemOptions = Options(System);
    }

    /// <summary>The connection string of the owner, for migrations alone.</summary>
    public string ConnectionString { get; }

    /// <summary>Connections for the server's own work.</summary>
    public NpgsqlDataSource System { get; }

    public BreezeDbContext CreateContext(AccessScope scope) => new(scope.IsSystem ? _systemOptions : _appOptions, scope);

    public BreezeDbContext CreateSystemContext() => new(_systemOptions, AccessScope.System);

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

    static DbContextOptions<BreezeDbContext> Options(NpgsqlDataSource source) => new DbContextOptionsBuilder<BreezeDbContext>()
        .UseNpgsql(source)
        .UseSnakeCaseNamingConvention()
        .AddInterceptors(ScopeInterceptor.Instance)
        .Options;
}
