using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>The story of a newcomer, from the link on the console to a metric that did not exist when the server started.</summary>
public sealed class FirstRunTests(Site site)
{
    [Fact]
    public async Task A_newcomer_sets_up_sees_their_machine_runs_a_script_and_gains_a_metric_without_a_restart()
    {
        await using var server = await ServerProcess.StartAsync(
            new ServerOptions { CreateAdministrator = false, LocalAgent = true }, TestContext.Current.CancellationToken);
        await using var open = await site.OpenAsync(signedIn: false, url: server.Url.ToString());
        var page = open.Page;

        // The link on the console.
        await open.GoAsync(server.SetupLink!);
        await page.FillAsync("#name", "Ada Example");
        await page.FillAsync("#email", "ada@example.com");
        await page.FillAsync("#password", "a few unrelated words");
        await page.FillAsync("#partner", "Example MSP");
        await page.FillAsync("#organization", "Customer");
        await page.FillAsync("#site", "Head office");
        await page.ClickAsync("button:has-text('Set up Breeze')");
        await page.ToBeAtAsync("/devices$");

        // The machine's own device appears, online.
        var device = page.Locator("tr[data-row]:has-text('Online') a.name").First;
        await device.WaitForAsync(new() { Timeout = 60_000 });
        var devicePath = (await device.GetAttributeAsync("href"))!;

        // The chart moves: it is drawn anew with every reading that comes in.
        await open.GoAsync(devicePath);
        var canvas = page.Locator(".chart-card, .chart").Filter(new() { HasText = "CPU" }).First.Locator("canvas");
        await canvas.WaitForAsync();
        var pictures = new HashSet<string>();
        for (var i = 0; i < 300 && pictures.Count < 3; i++)
        {
            pictures.Add(await canvas.EvaluateAsync<string>("canvas => canvas.toDataURL()"));
            await page.WaitForTimeoutAsync(200);
        }
        pictures.Count.ShouldBeGreaterThanOrEqualTo(3);

        // A script's output streams: the first line is there while the script still waits for us.
        var gate = Path.Combine(server.DataDirectory, "gate");
        await open.GoAsync(devicePath + "/scripts");
        await page.SelectOptionAsync("select[name=Runtime]", "bash");
        await page.FillAsync("textarea[name=Content]", $"echo first; while [ ! -e '{gate}' ]; do sleep 0.1; done; echo second; exit 7");
        await page.ClickAsync("button:has-text('Run'):not(:has-text('Run script'))");
        var output = page.Locator("#run");
        await output.GetByText("first").WaitForAsync(new() { Timeout = 60_000 });
        (await output.InnerTextAsync()).ShouldNotContain("second");
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await output.GetByText("second").WaitForAsync(new() { Timeout = 60_000 });
        await output.GetByText("7").First.WaitForAsync(new() { Timeout = 60_000 });
        await open.ScreenshotAsync("story-script-light-1366");

        // What was run from the page is in the audit log, like what comes over the API.
        await open.GoAsync("/audit");
        await page.GetByText("command queued").First.WaitForAsync(new() { Timeout = 60_000 });

        // A new version of collectors.system, dropped into the data directory of the running server.
        var before = server.ProcessId;
        var folder = Directory.CreateDirectory(Path.Combine(server.DataDirectory, "plugins")).FullName;
        File.Copy(Path.Combine(RepositoryPaths.Artifacts, "fixtures", "collectors.system.bpkg"), Path.Combine(folder, "system-1.1.bpkg"));
        await open.GoAsync(devicePath + "/performance");
        var threads = page.Locator("text=Threads >> visible=true").First;
        for (var i = 0; i < 120 && !await threads.IsVisibleAsync(); i++)
        {
            await page.WaitForTimeoutAsync(500);
            await open.GoAsync(devicePath + "/performance");
        }
        (await threads.IsVisibleAsync()).ShouldBeTrue();
        await open.ScreenshotAsync("story-new-metric-light-1366");
        server.ProcessId.ShouldBe(before);
        open.Errors.ShouldBeEmpty();
    }
}
