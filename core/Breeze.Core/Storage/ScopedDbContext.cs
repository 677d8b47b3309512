using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Breeze.Core.Storage;

/// <summary>
/// The database as one principal sees it. The query filters of the contexts made of this are the first of the two tenant boundaries; the second, row-level
/// security, is told the same scope by <see cref="ScopeInterceptor"/>. A feature has a context of its own, so that the core's knows no feature.
/// </summary>
public abstract class ScopedDbContext(DbContextOptions options, AccessScope scope) : DbContext(options)
{
    public AccessScope Scope { get; } = scope;

    // Plain members, because query filters are cached per model and read them from the context at hand.
    protected bool AllTenants => Scope.IsSystem;
    protected Guid? PartnerId => Scope.PartnerId;
    protected Guid? UserId => Scope.UserId;
    protected bool AllOrganizations => Scope.OrganizationIds is null;
    protected Guid[] OrganizationIds => Scope.OrganizationIds ?? [];
    protected bool AllSites => Scope.SiteIds is null;
    protected Guid[] SiteIds => Scope.SiteIds ?? [];

    /// <summary>
    /// This context's connection, open from now on for as long as the context lives: each query would otherwise open it, and say anew whose it is. Not for requests
    /// that wait for something.
    /// </summary>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)Database.GetDbConnection();
        if (connection.State != System.Data.ConnectionState.Open)
        {
            await Database.OpenConnectionAsync(cancellationToken);
        }
        return connection;
    }
}
