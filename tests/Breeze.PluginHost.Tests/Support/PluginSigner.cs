namespace Breeze.PluginHost.Tests;

/// <summary>A publisher whom the host trusts, and one whom it does not.</summary>
sealed class PluginSigner : IDisposable
{
    public PackageSigner Trusted { get; } = PackageSigner.Generate();

    public PackageSigner Stranger { get; } = PackageSigner.Generate();

    public void Dispose()
    {
        Trusted.Dispose();
        Stranger.Dispose();
    }
}
