namespace Breeze.Browser.Tests;

/// <summary>One window for all pages that are only looked at: a new one fetches and compiles everything again.</summary>
public sealed class PageWindow(Site site) : IAsyncLifetime
{
    OpenPage? _open;

    public OpenPage Open => _open!;

    public async ValueTask InitializeAsync() => _open = await site.OpenAsync();

    public ValueTask DisposeAsync() => _open?.DisposeAsync() ?? ValueTask.CompletedTask;
}
