using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>A running Breeze with one device online, and a browser in which its administrator is signed in. One for all tests.</summary>
public sealed class Site : IAsyncLifetime
{
    /// <summary>Development, for the page of components.</summary>
    static readonly Dictionary<string, string> Settings = new() { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["BREEZE_HEARTBEAT_SECONDS"] = "5", ["Outgoing__AllowedNetworks"] = "127.0.0.0/8" };

    VirtualDisplay? _display;
    ServerProcess? _server;
    IPlaywright? _playwright;
    IBrowser? _browser;
    string _session = "";

    public ServerProcess Server => _server!;

    /// <summary>The screen of the device.</summary>
    public VirtualDisplay Display => _display!;

    public string Url => _server!.Url.ToString().TrimEnd('/');

    /// <summary>The path of the page of this machine's own device.</summary>
    public string DevicePath { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _display = await VirtualDisplay.StartAsync("1024x640", cancellationToken: TestContext.Current.CancellationToken);
        _server = await ServerProcess.StartAsync(
            new() { LocalAgent = true, Environment = new Dictionary<string, string>(Settings) { ["DISPLAY"] = _display.Name } }, TestContext.Current.CancellationToken);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumProgram.Path, Args = ChromiumProgram.Arguments });
        await using var page = await OpenAsync(signedIn: false);
        await page.SignInAsync();
        await page.Page.GotoAsync(Url + "/devices", Loaded);
        var link = page.Page.Locator("tr[data-row]:has-text('Online') a.name").First;
        for (var i = 0; i < 60 && !await link.IsVisibleAsync(); i++)
        {
            await page.Page.WaitForTimeoutAsync(500);
            await page.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        }
        DevicePath = await link.GetAttributeAsync("href") ?? throw new InvalidOperationException("No device came online.\n" + _server.Output);
        _session = await page.Page.Context.StorageStateAsync();
    }

    public static PageGotoOptions Loaded { get; } = new() { WaitUntil = WaitUntilState.DOMContentLoaded };

    public static int HeightOf(int width) => width < 600 ? 844 : 850;

    /// <summary>A fresh window.</summary>
    public async Task<OpenPage> OpenAsync(bool signedIn = true, string theme = "light", int width = 1366, string? url = null)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = url ?? Url,
            StorageState = signedIn ? _session : null,
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = HeightOf(width) },
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        return new OpenPage(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _display?.Dispose();
    }
}
