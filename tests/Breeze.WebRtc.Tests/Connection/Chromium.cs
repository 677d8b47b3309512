using Breeze.Testing;
using Microsoft.Playwright;

namespace Breeze.WebRtc.Tests.Connection;

/// <summary>A real browser. One for all tests that want it; each opens a page of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    IPlaywright? _playwright;
    IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumProgram.Path, Args = ChromiumProgram.Arguments });
    }

    public async Task<IPage> OpenAsync() => await (await _browser!.NewContextAsync()).NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
    }
}
