using Breeze.Testing;
using Deque.AxeCore.Commons;

namespace Breeze.Browser.Tests;

/// <summary>A window that remembers what went wrong in it.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    // Run in the page itself: axe's own runner for Playwright opens another window each time, to sum up what frames say.
    static readonly string AxeSource = new BundledAxeScriptProvider().GetScript();

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
        await Page.WaitForFunctionAsync("() => document.documentElement.dataset.ready === 'true'");
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
    public async Task<string[]> AccessibilityProblemsAsync(string part = "html")
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(AxeSource);
        }
        return await Page.Locator(part).EvaluateAsync<string[]>(
            """
            async part => {
              const { violations } = await axe.run(part, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'], iframes: false,
              });
              return violations.map(v => `${v.id}: ${v.help} — ${v.nodes.slice(0, 4).map(n => `${n.html} ${JSON.stringify(n.any.map(a => a.message))}`).join(' | ')}`);
            }
            """);
    }

    /// <summary>For people to look at, when they ask for them: drawing whole pages takes as long as the rest of a test.</summary>
    public Task ScreenshotAsync(string name) => Environment.GetEnvironmentVariable("BREEZE_SCREENSHOTS") is null or "" ? Task.CompletedTask :
        Page.ScreenshotAsync(new() { Path = Path.Combine(RepositoryPaths.Artifacts, "screenshots", name + ".png"), FullPage = !name.EndsWith("-window", StringComparison.Ordinal) });

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
