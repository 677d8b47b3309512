using Breeze.Core.Storage;
using Npgsql;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>One node of all, by a lock of the database that ends with its connection.</summary>
sealed class AlertLeader(Database database) : IAsyncDisposable
{
    const long Lock = 0x42_7265_657a_6501;
    NpgsqlConnection? _connection;

    /// <summary>Whether this node is the one now.</summary>
    public async Task<bool> IsLeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_connection is { } held)
            {
                await using var ping = new NpgsqlCommand("SELECT 1", held);
                await ping.ExecuteScalarAsync(cancellationToken);
                return true;
            }
            var connection = await database.System.OpenConnectionAsync(cancellationToken);
            await using var take = new NpgsqlCommand($"SELECT pg_try_advisory_lock({Lock})", connection);
            if (await take.ExecuteScalarAsync(cancellationToken) is true)
            {
                _connection = connection;
                return true;
            }
            await connection.DisposeAsync();
            return false;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            await DisposeAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            // Back in the pool it would hold the lock for somebody else's work.
            try
            {
                await using var give = new NpgsqlCommand($"SELECT pg_advisory_unlock({Lock})", connection);
                await give.ExecuteScalarAsync(CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
            {
                // The connection is broken, and the lock went with it.
            }
            await connection.DisposeAsync();
        }
    }
}
