using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Breeze.Integration.Tests.SignIn;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Inventory;

public sealed partial class TabTests(SharedServer shared)
{
    static readonly string[] Tabs = ["network", "software", "processes", "services", "updates", "events", "activity"];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_tab_opens_with_nothing_to_show_and_with_what_a_hostile_device_sent()
    {
        using var agent = await shared.EnrolAsync("tabs");
        using var browser = await BrowserAsync();
        foreach (var tab in Tabs)
        {
            (await PageAsync(browser, $"/devices/{agent.Id}/{tab}")).ShouldContain("class=\"empty\"", customMessage: tab);
        }
        const string Evil = "<script>alert(1)</script>";
        await agent.SendAsync("software", Documents.Software([.. Enumerable.Range(0, 250).Select(n => ($"{Evil}{n:000}", Evil))]));
        await agent.SendAsync("software", Documents.Software([.. Enumerable.Range(0, 250).Select(n => ($"{Evil}{n:000}", "2"))]));
        await agent.SendAsync("services", new { services = new[] { new { name = Evil, display_name = Evil, state = "running", start_mode = "automatic" }, new { name = "idle", display_name = "", state = "stopped", start_mode = "manual" } } });
        await agent.SendAsync("patches", new { restart_required = true, updates = new[] { new { name = Evil, security = true, severity = "critical", needs_restart = true } } });
        await agent.SendAsync("event-log", new { entries = new[] { new { id = "1", at = DateTimeOffset.UtcNow, level = "error", message = Evil, source = Evil } } });
        await agent.SendAsync("network", new { gateways = new[] { Evil }, interfaces = new[] { new { name = Evil, addresses = new[] { Evil } } } });
        await agent.SendAsync("sessions", new { sessions = new[] { new { session = "1", user = Evil, kind = "remote", remote_address = Evil } } });
        foreach (var tab in Tabs.Where(t => t != "processes").Append(""))
        {
            var page = await PageAsync(browser, $"/devices/{agent.Id}/{tab}");
            page.ShouldNotContain(Evil, customMessage: tab);
            page.ShouldContain("&lt;script&gt;", customMessage: tab);
        }
        (await PageAsync(browser, $"/devices/{agent.Id}/updates")).ShouldContain("waits for a restart");
        (await PageAsync(browser, $"/devices/{agent.Id}/software?q=no-such-thing")).ShouldContain("Nothing matches");
        var next = NextPage().Match(await PageAsync(browser, $"/devices/{agent.Id}/software")).Groups[1].Value;
        (await PageAsync(browser, WebUtility.HtmlDecode(next))).ShouldContain("199");
        (await PageAsync(browser, $"/devices/{agent.Id}/software?cursor=zzz")).ShouldContain("000");
    }

    [Fact]
    public async Task Processes_are_asked_for_shown_and_ended()
    {
        using var agent = await shared.EnrolAsync("processes");
        await agent.HeartbeatAsync();
        using var browser = await BrowserAsync();
        browser.AsHtmx = true;
        var tab = $"/devices/{agent.Id}/processes";

        var waiting = await browser.PostAsync(tab, "?handler=Processes");
        var command = Guid.Parse(CommandOf().Match(waiting).Groups[1].Value);
        await agent.HeartbeatAsync();
        await agent.ResultAsync(command, stdout: JsonSerializer.Serialize(new
        {
            total = 3, cores = 2,
            processes = new object[]
            {
                new { pid = 10, name = "small", user = "root", cpu = 0.9, memory_bytes = 1000, instance = "77", command_line = "small --fast" },
                new { pid = 11, name = "<b>large</b>", cpu = "much", memory_bytes = 5_000_000, instance = "78" }, 7, new { pid = -1, name = "no" },
            },
        }));
        var list = $"/devices/{agent.Id}?handler=ProcessList&command={command}";
        var byCpu = await PageAsync(browser, list);
        byCpu.IndexOf("small", StringComparison.Ordinal).ShouldBeLessThan(byCpu.IndexOf("&lt;b&gt;large", StringComparison.Ordinal));
        var byMemory = await PageAsync(browser, $"{list}&sort=-memory");
        byMemory.IndexOf("&lt;b&gt;large", StringComparison.Ordinal).ShouldBeLessThan(byMemory.IndexOf(">small<", StringComparison.Ordinal));
        (await PageAsync(browser, $"{list}&q=fast")).ShouldNotContain("large");

        var ending = await browser.PostAsync(tab, "?handler=Kill", ("pid", "10"), ("instance", "77"), ("force", "false"));
        ending.ShouldContain("Ending process 10");
        var kill = Guid.Parse(CommandOf().Match(ending).Groups[1].Value);
        (await shared.Admin.CommandAsync(agent.Id, kill)).Text("type").ShouldBe("process.kill");
        await agent.HeartbeatAsync();
        await agent.ResultAsync(kill, "failed", stderr: "Process 10 is another one by now.");
        (await PageAsync(browser, $"/devices/{agent.Id}?handler=Action&command={kill}")).ShouldContain("another one by now");
        using var bad = await browser.SendAsync(tab, "?handler=Kill", ("pid", "1"), ("instance", "1"));
        bad.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_service_is_started_and_what_came_of_it_is_told()
    {
        using var agent = await shared.EnrolAsync("service");
        await agent.HeartbeatAsync();
        await agent.SendAsync("services", new { services = new[] { new { name = "cron", state = "stopped", start_mode = "manual" } } });
        using var browser = await BrowserAsync();
        browser.AsHtmx = true;
        var tab = $"/devices/{agent.Id}/services";
        var command = Guid.Parse(CommandOf().Match(await browser.PostAsync(tab, "?handler=Service", ("service", "cron"), ("verb", "start"))).Groups[1].Value);
        await agent.HeartbeatAsync();
        await agent.ResultAsync(command, stdout: """{"name":"cron","state":"running"}""");
        (await PageAsync(browser, $"/devices/{agent.Id}?handler=Action&command={command}")).ShouldContain("it is running now.");
        using var bad = await browser.SendAsync(tab, "?handler=Service", ("service", "cron"), ("verb", "explode"));
        bad.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    Task<PageClient> BrowserAsync() => PageClient.SignInAsync(shared.Server, ServerProcess.AdminEmail, ServerProcess.AdminPassword);

    static async Task<string> PageAsync(PageClient browser, string path)
    {
        using var answer = await browser.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync(Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}");
        return text;
    }

    [GeneratedRegex("command=([0-9a-f-]{36})")]
    private static partial Regex CommandOf();

    [GeneratedRegex("hx-get=\"([^\"]*cursor=[^\"]*)\"")]
    private static partial Regex NextPage();
}
