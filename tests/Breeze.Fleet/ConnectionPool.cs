using System.Threading.Channels;

namespace Breeze.Fleet;

/// <summary>
/// Connections that agents take in turn, so that all stay in use. With one it is an agent's own; where there are more agents than a process may have open
/// files, several share.
/// </summary>
sealed class ConnectionPool : IDisposable
{
    readonly Channel<AgentConnection> _free = Channel.CreateUnbounded<AgentConnection>();
    readonly AgentConnection[] _all;

    public ConnectionPool(FleetServer server, int count)
    {
        _all = [.. Enumerable.Range(0, count).Select(_ => new AgentConnection(server))];
        foreach (var connection in _all)
        {
            _free.Writer.TryWrite(connection);
        }
    }

    public async Task<AgentAnswer> SendAsync(string method, string path, string token, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var connection = await _free.Reader.ReadAsync(cancellationToken);
        try
        {
            return await connection.SendAsync(method, path, token, body, cancellationToken);
        }
        finally
        {
            _free.Writer.TryWrite(connection);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _all)
        {
            connection.Dispose();
        }
    }
}
