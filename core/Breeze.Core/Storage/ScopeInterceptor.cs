using System.Data.Common;
using Breeze.Core.Tenancy;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Breeze.Core.Storage;

/// <summary>
/// Tells each connection whose it is, when it is opened and not by a transaction. The pool resets the settings when it takes the connection
/// back, so a connection without a scope reaches nothing.
/// </summary>
sealed class ScopeInterceptor : DbConnectionInterceptor
{
    public static ScopeInterceptor Instance { get; } = new();

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is ScopedDbContext { Scope.IsSystem: false } context)
        {
            await using var command = CreateCommand((NpgsqlConnection)connection, context.Scope);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (eventData.Context is ScopedDbContext { Scope.IsSystem: false } context)
        {
            using var command = CreateCommand((NpgsqlConnection)connection, context.Scope);
            command.ExecuteNonQuery();
        }
    }

    public static NpgsqlCommand CreateCommand(NpgsqlConnection connection, AccessScope scope) => new(
        "SELECT set_config('breeze.partner', $1, false), set_config('breeze.user', $2, false), "
        + "set_config('breeze.organizations', $3, false), set_config('breeze.sites', $4, false)", connection)
    {
        Parameters =
        {
            new() { Value = scope.PartnerId?.ToString() ?? "" },
            new() { Value = scope.UserId?.ToString() ?? "" },
            new() { Value = Ids(scope.OrganizationIds) },
            new() { Value = Ids(scope.SiteIds) },
        },
    };

    static string Ids(Guid[]? ids) => ids is null ? "*" : "{" + string.Join(',', ids) + "}";
}
