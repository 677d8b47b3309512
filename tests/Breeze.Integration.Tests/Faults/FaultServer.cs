using Breeze.Testing;
using Xunit;

namespace Breeze.Integration.Tests.Faults;

/// <summary>A server with an agent on its machine, for tests that kill them and leave them running again, and for those that need such an agent: they take turns.</summary>
[CollectionDefinition(WithAgent)]
public sealed class FaultServer : IAsyncLifetime, ICollectionFixture<FaultServer>
{
    public const string WithAgent = "A server with an agent";

    ServerProcess? _server;

    public ServerProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(
        new ServerOptions { LocalAgent = true, Environment = new Dictionary<string, string> { ["BREEZE_HEARTBEAT_SECONDS"] = "5" } }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
