using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Npgsql;

namespace Breeze.Core.Devices.Views;

/// <summary>The columns that somebody chose for a list.</summary>
public sealed class TableColumns(Database database)
{
    /// <summary>Where somebody's choice for a view that another person shares is kept.</summary>
    public static string OfView(Guid viewId) => $"view-{viewId:n}";

    /// <summary>Nobody's choice for a view is kept longer than the view.</summary>
    public async Task ForgetViewAsync(Guid viewId, CancellationToken cancellationToken)
    {
        await using var command = database.System.CreateCommand("DELETE FROM table_columns WHERE page = $1");
        command.Parameters.Add(new() { Value = OfView(viewId) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Null when they left it as it comes.</summary>
    /// <param name="connection">Of the scope.</param>
    public static async Task<string[]?> ReadAsync(NpgsqlConnection connection, AccessScope scope, string page, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT columns FROM table_columns WHERE partner_id = $1 AND user_id = $2 AND page = $3", connection)
        {
            Parameters = { new() { Value = scope.PartnerId ?? Guid.Empty }, new() { Value = scope.UserId ?? Guid.Empty }, new() { Value = page } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) as string[];
    }

    /// <summary>Keeps a choice; an empty one takes it back.</summary>
    public async Task WriteAsync(AccessScope scope, string page, string[] columns, CancellationToken cancellationToken)
    {
        if (scope is not { PartnerId: { } partnerId, UserId: { } userId })
        {
            return;
        }
        await using var connection = await database.OpenAsync(scope, cancellationToken);
        await using var command = new NpgsqlCommand(
            columns.Length == 0
                ? "DELETE FROM table_columns WHERE partner_id = $1 AND user_id = $2 AND page = $3 AND $4::text[] IS NOT NULL"
                : "INSERT INTO table_columns (partner_id, user_id, page, columns) VALUES ($1, $2, $3, $4) ON CONFLICT (partner_id, user_id, page) DO UPDATE SET columns = excluded.columns",
            connection)
        {
            Parameters = { new() { Value = partnerId }, new() { Value = userId }, new() { Value = page }, new() { Value = columns } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
