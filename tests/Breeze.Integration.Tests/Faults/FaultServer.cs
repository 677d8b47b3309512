using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Faults;

/// <summary>A server with an agent on its machine, for tests that kill them and leave them running again.</summary>
public sealed class FaultServer : IAsyncLifetime
{
    ServerProcess? _server;

    public ServerProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(
        new ServerOptions { LocalAgent = true, Environment = new Dictionary<string, string> { ["BREEZE_HEARTBEAT_SECONDS"] = "5" } }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
