using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>The attempt of one session to connect in another way than the relay.</summary>
sealed class SessionTransport : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly ExtensionLease<IRemoteTransport> _lease;
    readonly CancellationTokenSource _ending;
    readonly CancellationTokenSource _forsaken = new();
    readonly Task<IRemoteChannel?> _connecting;
    int _used;
    int _disposed;

    SessionTransport(ExtensionLease<IRemoteTransport> lease, RemoteTransportRequest request)
    {
        _lease = lease;
        Stopping = lease.Stopping;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(lease.Stopping);
        _connecting = Task.Run(() => ConnectAsync(request));
    }

    /// <summary>Cancelled when the plugin that connects must end.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Cancelled when the browser has given it up.</summary>
    public CancellationToken Forsaken => _forsaken.Token;

    /// <summary>Why it came to nothing; null while that is not so.</summary>
    public string? Failure { get; private set; }

    /// <summary>Answers the offer when a plugin can; otherwise null, and the browser takes the relay by itself.</summary>
    public static SessionTransport? Start(IExtensionRegistry extensions, string offer, IReadOnlyList<RemoteIceServer> servers, IRemoteSignaling signaling)
    {
        var leases = extensions.AcquireAll<IRemoteTransport>();
        foreach (var other in leases.Skip(1))
        {
            other.Dispose();
        }

        return leases.Count == 0 ? null : new(leases[0], new RemoteTransportRequest(
            offer, [.. servers.Select(server => new RemoteTransportServer(server.Urls) { Username = server.Username, Credential = server.Credential })], signaling));
    }

    /// <summary>The channel when the browser says that it stands; null when there is none on this side.</summary>
    public async Task<IRemoteChannel?> ChannelAsync(CancellationToken cancellationToken) => await _connecting.WaitAsync(cancellationToken);

    /// <summary>Whether nobody has taken it into use yet.</summary>
    public bool TryUse() => Interlocked.Exchange(ref _used, 1) == 0;

    /// <summary>Nothing is read from it or sent over it any more.</summary>
    public void Forsake() => _forsaken.Cancel();

    /// <summary>Safe to call again; the first call closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // A channel that stands is closed in order; an attempt that still runs is given up.
        if (!_connecting.IsCompleted)
        {
            await _ending.CancelAsync();
        }

        if (await _connecting is IAsyncDisposable channel)
        {
            await channel.DisposeAsync();
        }

        _ending.Dispose();
        _lease.Dispose();
    }

    async Task<IRemoteChannel?> ConnectAsync(RemoteTransportRequest request)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        limit.CancelAfter(Patience);
        try
        {
            return await _lease.Value.ConnectAsync(request, limit.Token);
        }
        catch (Exception error)
        {
            // It is a plugin's, and the relay is there in any case.
            Failure = error.Message;
            return null;
        }
    }
}
