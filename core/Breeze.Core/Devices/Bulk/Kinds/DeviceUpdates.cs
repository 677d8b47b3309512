using Npgsql;

namespace Breeze.Core.Devices.Bulk;

/// <summary>Runs a statement over a batch that answers the ids of the devices it was done for.</summary>
static class DeviceUpdates
{
    /// <summary>The others are skipped, with the reason.</summary>
    public static async Task<IReadOnlyList<BulkItemResult>> RunAsync(
        NpgsqlConnection connection, string sql, IReadOnlyList<Guid> deviceIds, string otherwise, string otherState, CancellationToken cancellationToken, params IEnumerable<NpgsqlParameter> parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = deviceIds.ToArray() });
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }
        var done = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            done.Add(reader.GetGuid(0));
        }
        return [.. deviceIds.Select(id => done.Contains(id) ? Given.Done(id) : new BulkItemResult(id, otherState, otherwise))];
    }
}
