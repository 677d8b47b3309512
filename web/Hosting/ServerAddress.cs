using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Breeze.Web.Hosting;

/// <summary>Where this server listens, once it does.</summary>
public sealed class ServerAddress(IServer server, IHostApplicationLifetime lifetime)
{
    public string Public => server.Features.Get<IServerAddressesFeature>()!.Addresses.First()
        .Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal).TrimEnd('/');

    /// <summary>For a client on this machine; waits for the start.</summary>
    public async Task<string> LoopbackAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
        return Public.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
    }
}
