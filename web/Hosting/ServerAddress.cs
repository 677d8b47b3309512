using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Breeze.Web.Hosting;

/// <summary>Where this server listens, once it does.</summary>
public sealed class ServerAddress(IServer server, IHostApplicationLifetime lifetime)
{
    public string Public => Plain(Addresses.First());

    ICollection<string> Addresses => server.Features.Get<IServerAddressesFeature>()!.Addresses;

    /// <summary>For a client on this machine, without TLS where there is a choice: certificates are made out to public names. Waits for the start.</summary>
    public async Task<string> LoopbackAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
        var address = Addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? Addresses.First();
        return Plain(address).Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
    }

    static string Plain(string address) => address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal).TrimEnd('/');
}
