using System.Net.Http.Json;
using System.Text.Json;
using Breeze.Testing;

namespace Breeze.Browser.Tests;

/// <summary>Actions on many devices. Nothing here may reach this machine's own agent: it would really restart.</summary>
public sealed class BulkTests(Site site)
{
    [Fact]
    public async Task Devices_are_tagged_put_into_maintenance_all_at_once_and_restarted_only_when_somebody_means_it()
    {
        using var admin = await site.Server.SignInAsync(cancellationToken: TestContext.Current.CancellationToken);
        var name = $"Bulk {Guid.NewGuid():n}";
        var (organization, place) = await EnrolAsync(admin, name, 52);
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync($"/devices?site={place}");

        // Two rows: each dialog opens for everybody, and says what is wrong without losing what was written.
        await page.Locator("input[name=selected]").Nth(0).ClickAsync();
        await page.Locator("input[name=selected]").Nth(1).ClickAsync();
        await EveryDialogAsync(open);

        // A tag, and what came of each.
        await page.ClickAsync("[data-bulk-bar] summary");
        await page.ClickAsync("[data-bulk-bar] .menu-item:has-text('Add tags')");
        await page.FillAsync("#bulk-tags", "till");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await page.ClickAsync("#bulk-dialog .form-foot button");
        await page.Locator("#bulk-dialog [data-ended=true]").WaitForAsync();
        await page.ClickAsync("#bulk-dialog a:has-text('Results by device')");
        await page.Locator("#results tr[data-row] .state:has-text('Done')").Nth(1).WaitForAsync();
        (await page.Locator("#results tr[data-row]").CountAsync()).ShouldBe(2);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("action-light-1366");

        // All that match, more than are shown, and rows that come later belong to them.
        await open.GoAsync($"/devices?site={place}");
        await page.Locator("[data-total='52']").WaitForAsync();
        await page.ClickAsync("[data-select-all]");
        await page.ClickAsync("[data-all-matching]");
        (await page.TextContentAsync("[data-bulk-bar] [data-count]")).ShouldBe("52");
        await page.Locator("tr.more a").ScrollIntoViewIfNeededAsync();
        await page.Locator("tr[data-row]").Nth(51).WaitForAsync();
        (await page.Locator("input[name=selected]:checked").CountAsync()).ShouldBe(52);
        await page.ClickAsync("[data-bulk-bar] summary");
        await page.ClickAsync("[data-bulk-bar] .menu-item:has-text('Start maintenance')");
        await page.SelectOptionAsync("#bulk-hours", "4");
        await page.ClickAsync("#bulk-dialog .form-foot button:has-text('52 devices')");
        await page.Locator("#bulk-dialog [data-ended=true]").WaitForAsync();
        await page.ClickAsync("#bulk-dialog .dialog-head [data-close-dialog]");
        await page.Locator("tr[data-row] .state:has-text('Maintenance')").Nth(51).WaitForAsync();
        await page.ClickAsync("#running-work summary");
        await page.Locator("#running-work .running-item:has-text('52 of 52')").WaitForAsync();
        await open.ScreenshotAsync("running-light-1366-window");
        await page.Keyboard.PressAsync("Escape");

        // A restart names how many it is for, and does nothing until that is typed.
        await page.ClickAsync("[data-bulk-bar] summary");
        await page.ClickAsync("[data-bulk-bar] .menu-item:has-text('Restart')");
        await page.Locator("#bulk-dialog .notice:has-text('All 52 devices restart')").WaitForAsync();
        await page.FillAsync("#bulk-confirm", "5");
        await page.ClickAsync("#bulk-dialog .form-foot button");
        await page.Locator("#bulk-dialog [role=alert]:has-text('Type 52')").WaitForAsync();
        await open.ScreenshotAsync("restart-light-1366-window");
        var listed = await admin.GetFromJsonAsync<JsonElement>("/api/v1/bulk-actions", TestContext.Current.CancellationToken);
        listed.GetProperty("data").EnumerateArray().Select(a => a.GetProperty("kind").GetString()).ShouldBe(["maintenance.on", "tags.add"]);

        await admin.PostAsJsonAsync($"/api/v1/organizations/{organization}/close", new { confirm = name }, TestContext.Current.CancellationToken);
        await admin.DeleteAsync(new Uri($"/api/v1/organizations/{organization}", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    static async Task EveryDialogAsync(OpenPage open)
    {
        var page = open.Page;
        var dialog = page.Locator("#bulk-dialog");
        var menu = page.Locator("[data-bulk-bar] .menu-panel .menu-item");
        (await menu.CountAsync()).ShouldBe(11);
        foreach (var (theme, width) in new[] { ("dark", 390), ("light", 1366) })
        {
            await open.LookAsync(theme, width);
            for (var i = 0; i <= 11; i++)
            {
                var label = "Run a script";
                if (i == 11)
                {
                    await page.ClickAsync("[data-bulk-bar] [data-run-script]");
                }
                else
                {
                    await page.ClickAsync("[data-bulk-bar] summary");
                    label = (await menu.Nth(i).InnerTextAsync()).Trim().TrimEnd('…');
                    await menu.Nth(i).ClickAsync();
                }
                await dialog.Locator($"h2:has-text('{label}')").WaitForAsync();
                (await open.AccessibilityProblemsAsync("#bulk-dialog")).ShouldBeEmpty($"{label}, {theme}, {width} px");
                (await dialog.EvaluateAsync<int>("d => d.scrollWidth - d.clientWidth")).ShouldBeLessThanOrEqualTo(0, $"{label}, {width} px: the dialog scrolls sideways");
                await open.ScreenshotAsync($"dialog-{label.ToLowerInvariant().Replace(' ', '-')}-{theme}-{width}-window");
                await CloseAsync();
            }
        }
        foreach (var (item, field, problem) in new[] { ("Add tags", "#bulk-tags", "beginning with a letter"), ("Set a custom field", "#bulk-value", "is no number") })
        {
            await page.ClickAsync("[data-bulk-bar] summary");
            await page.ClickAsync($"[data-bulk-bar] .menu-item:has-text('{item}')");
            await page.FillAsync(field, "!twelve");
            if (field == "#bulk-value")
            {
                await page.FillAsync("#bulk-field", "rack");
                await page.SelectOptionAsync("#bulk-type", "number");
            }
            await page.ClickAsync("#bulk-dialog .form-foot button");
            await dialog.Locator($"[role=alert]:has-text('{problem}')").WaitForAsync();
            (await page.InputValueAsync(field)).ShouldBe("!twelve");
            if (field == "#bulk-value")
            {
                (await page.InputValueAsync("#bulk-field"), await page.InputValueAsync("#bulk-type")).ShouldBe(("rack", "number"));
                await open.ScreenshotAsync("dialog-refused-light-1366-window");
            }
            await CloseAsync();
        }

        async Task CloseAsync()
        {
            await page.ClickAsync("#bulk-dialog .dialog-head [data-close-dialog]");
            await Assertions.Expect(dialog).ToBeHiddenAsync();
        }
    }

    /// <summary>Devices of an organization of their own, which no agent stands behind.</summary>
    static async Task<(Guid Organization, Guid Site)> EnrolAsync(HttpClient admin, string name, int count)
    {
        var organization = await PostAsync(admin, "/api/v1/organizations", new { name });
        var place = await PostAsync(admin, "/api/v1/sites", new { organization_id = organization.GetProperty("id").GetGuid(), name = "Shop" });
        var key = (await PostAsync(admin, "/api/v1/enrollment-keys", new { site_id = place.GetProperty("id").GetGuid() })).GetProperty("key").GetString();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
            await PostAsync(admin, "/api/v1/agents/enroll", new
            {
                enrollment_key = key, hostname = $"zz-till-{i:000}", machine_id = $"bulk-{Guid.NewGuid():n}", os = new { family = "linux", name = "Debian", version = "12", arch = "x64" }, agent_version = "1.0.0",
            }));
        return (organization.GetProperty("id").GetGuid(), place.GetProperty("id").GetGuid());
    }

    static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonElement.Parse(text);
    }
}
