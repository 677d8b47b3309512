using System.Net.WebSockets;
using Breeze.Integration.Tests.Support;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>Open pages follow what becomes of devices, without being loaded again.</summary>
public sealed class LiveTests(Site site)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_and_a_devices_page_follow_it_as_it_comes_and_goes_and_keep_order_selection_and_focus()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: Token);
        var organization = await admin.PostJsonAsync("/api/v1/organizations", new { name = $"Live {Guid.NewGuid():n}" }, 201);
        var place = (await admin.PostJsonAsync("/api/v1/sites", new { organization_id = organization.Id(), name = "Shop" }, 201)).Id();
        using var first = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "live-1");
        using var second = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "live-2");
        using var third = await FakeAgent.EnrolAsync(site.Server.Url, admin, place, "live-3");
        await third.HeartbeatAsync();
        await using var list = await site.OpenAsync();
        await using var device = await site.OpenAsync(width: 390, theme: "dark");
        await list.GoAsync($"/devices?site={place}&sort=status");
        await device.GoAsync($"/devices/{second.Id}");
        foreach (var open in new[] { list, device })
        {
            await open.Page.EvaluateAsync("window.loadedOnce = true");
        }
        var page = list.Page;
        var state = device.Page.Locator("#device-state");
        var order = await OrderAsync();
        order.Length.ShouldBe(3);

        // Somebody works in the list: one row is ticked, another has the focus.
        await page.Locator($"#device-{first.Id} input[name=selected]").ClickAsync();
        for (var i = 0; i <= Array.IndexOf(order, $"device-{second.Id}"); i++)
        {
            await page.Keyboard.PressAsync("j");
        }
        await RowAsync("Pending");
        await Assertions.Expect(state).ToContainTextAsync("Check-in: Pending");

        // It checks in, opens its channel, and closes it again.
        await second.HeartbeatAsync(new() { ["system.cpu.utilization"] = 0.42 });
        await RowAsync("Online");
        await page.Locator($"#device-{second.Id} .meter:has-text('42')").WaitForAsync();
        await Assertions.Expect(state).ToContainTextAsync("Check-in: Online", new() { Timeout = 15_000 });
        using (var channel = await second.ConnectAsync())
        {
            await Assertions.Expect(state).ToContainTextAsync("Live channel: Live", new() { Timeout = 15_000 });
            await device.ScreenshotAsync("device-live-dark-390-window");
            await channel.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
            await Assertions.Expect(state).ToContainTextAsync("Live channel: Closed", new() { Timeout = 15_000 });
        }

        // It goes quiet. The server looks every ten seconds for whom it has not heard of; that was long ago, as far as it knows.
        await ServerDatabase.ReadAsync<Guid>(site.Server, "UPDATE device_presence SET last_seen_at = last_seen_at - interval '5 minutes' WHERE device_id = $1 RETURNING device_id", second.Id);
        await RowAsync("Offline");
        await Assertions.Expect(state).ToContainTextAsync("Check-in: Offline", new() { Timeout = 15_000 });
        await second.HeartbeatAsync();
        await RowAsync("Online");

        (await OrderAsync()).ShouldBe(order);
        (await page.Locator($"#device-{first.Id} input[name=selected]").IsCheckedAsync()).ShouldBeTrue();
        (await page.TextContentAsync("[data-bulk-bar] [data-count]")).ShouldBe("1");
        (await page.EvaluateAsync<string>("document.activeElement.closest('tr')?.id")).ShouldBe($"device-{second.Id}");
        (await page.Locator($"#device-{second.Id}.row-current").CountAsync()).ShouldBe(1);
        await list.ScreenshotAsync("devices-live-light-1366-window");
        foreach (var open in new[] { list, device })
        {
            (await open.Page.EvaluateAsync<bool>("window.loadedOnce === true")).ShouldBeTrue();
            open.Errors.ShouldBeEmpty();
        }
        await admin.PostJsonAsync($"/api/v1/organizations/{organization.Id()}/close", new { confirm = organization.Text("name") });
        await admin.DeleteAsync(new Uri($"/api/v1/organizations/{organization.Id()}", UriKind.Relative), Token);

        Task RowAsync(string word) => Assertions.Expect(page.Locator($"#device-{second.Id} .state")).ToHaveTextAsync(word, new() { Timeout = 30_000 });

        async Task<string[]> OrderAsync() => await page.Locator("tr[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.id)");
    }
}
