using Breeze.Testing;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>One display for the tests of a class. Small, and no multiple of a tile, so that its edges are tested too.</summary>
public sealed class DisplayFixture : IAsyncLifetime
{
    public const int Width = 500;
    public const int Height = 300;

    public VirtualDisplay Display { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Display = await VirtualDisplay.StartAsync($"{Width}x{Height}", cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        Display.Dispose();
        return ValueTask.CompletedTask;
    }
}
