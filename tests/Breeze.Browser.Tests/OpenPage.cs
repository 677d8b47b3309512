using System.Text.Json;
using Breeze.Testing;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Breeze.Browser.Tests;

/// <summary>A window that remembers what went wrong in it.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    readonly List<string> _errors = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _errors.Add($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, of the content security policy and of requests.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>For the next who looks through this window.</summary>
    public void Forget() => _errors.Clear();

    /// <summary>Of the pages that are opened from here on.</summary>
    public async Task LookAsync(string theme, int width)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
        await Page.SetViewportSizeAsync(width, Site.HeightOf(width));
    }

    public async Task<IResponse?> GoAsync(string path)
    {
        var response = await Page.GotoAsync(path, Site.Loaded);
        await Page.WaitForFunctionAsync("document.documentElement.dataset.ready === 'true'");
        return response;
    }

    public async Task SignInAsync()
    {
        await GoAsync("/sign-in");
        await Page.FillAsync("#email", ServerProcess.AdminEmail);
        await Page.FillAsync("#password", ServerProcess.AdminPassword);
        await Page.ClickAsync("button:has-text('Sign in')");
        await Page.ToBeAtAsync("/$");
    }

    /// <param name="part">Only within what this selects, which is quicker.</param>
    public async Task<string[]> AccessibilityProblemsAsync(string? part = null)
    {
        var options = new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"), ResultTypes = [ResultType.Violations], Iframes = false };
        var result = part is null ? await Page.RunAxe(options) : await Page.Locator(part).RunAxe(options);
        return [.. result.Violations.Select(v => $"{v.Id}: {v.Help} — {string.Join(" | ", v.Nodes.Take(4).Select(n => n.Html + " " + JsonSerializer.Serialize(n.Any.Select(a => a.Message))))}")];
    }

    /// <summary>For people to look at, when they ask for them: drawing whole pages takes as long as the rest of a test.</summary>
    public Task ScreenshotAsync(string name) => Environment.GetEnvironmentVariable("BREEZE_SCREENSHOTS") is null or "" ? Task.CompletedTask :
        Page.ScreenshotAsync(new() { Path = Path.Combine(RepositoryPaths.Artifacts, "screenshots", name + ".png"), FullPage = !name.EndsWith("-window", StringComparison.Ordinal) });

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
