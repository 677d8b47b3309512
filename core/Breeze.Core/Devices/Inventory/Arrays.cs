using Npgsql;
using NpgsqlTypes;

namespace Breeze.Core.Devices;

/// <summary>Columns of a document's items as parameters, so that one statement takes them all.</summary>
static class Arrays
{
    public static NpgsqlParameter Of<T>(IReadOnlyList<T> items, Func<T, string?> value) =>
        new() { Value = items.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Of<T>(IReadOnlyList<T> items, Func<T, bool> value) =>
        new() { Value = items.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean };

    public static NpgsqlParameter Of<T>(IReadOnlyList<T> items, Func<T, long?> value) =>
        new() { Value = items.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of<T>(IReadOnlyList<T> items, Func<T, DateTimeOffset?> value) =>
        new() { Value = items.Select(i => value(i)?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Of<T>(IReadOnlyList<T> items, Func<T, Guid> value) =>
        new() { Value = items.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    public static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
