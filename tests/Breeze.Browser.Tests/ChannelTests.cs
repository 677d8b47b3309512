namespace Breeze.Browser.Tests;

/// <summary>A channel from its form to a message that arrived.</summary>
public sealed class ChannelTests(Site site)
{
    [Fact]
    public async Task A_channel_is_made_a_test_is_sent_and_the_log_says_what_came_of_it()
    {
        using var receiver = new WebhookReceiver();
        var name = $"Hook {Guid.NewGuid():n}"[..12];
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync("/notifications");
        await page.ClickAsync("a.btn:has-text('Webhook')");
        await page.Locator("h1:text-is('New channel')").WaitForAsync();
        await page.FillAsync("#name", name);
        await page.FillAsync("#field-url", receiver.Url);
        await page.FillAsync("#field-secret", "thirty-two characters of a secret");
        await page.ClickAsync(".form-foot button:text-is('Save')");
        await page.Locator($"h1:text-is('{name}')").WaitForAsync();
        (await page.Locator("#field-secret").InputValueAsync()).ShouldBeEmpty("a secret is written and never shown");

        await page.ClickAsync("button:has-text('Send test')");
        await Assertions.Expect(page.Locator("#test-answer")).ToContainTextAsync("Delivered in");
        receiver.Received.ShouldHaveSingleItem().GetProperty("event").GetString().ShouldBe("test");
        receiver.Status = 404;
        await page.ClickAsync("button:has-text('Send test')");
        await Assertions.Expect(page.Locator("#test-answer")).ToContainTextAsync("Not delivered.");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("channel-light-1366");
        var id = new Uri(page.Url).Segments[^1];

        await open.GoAsync($"/notifications/log?channel={id}");
        var rows = page.Locator("tr[data-row]");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.First).ToContainTextAsync("Failed");
        await Assertions.Expect(rows.Nth(1)).ToContainTextAsync("Delivered");
        await open.LookAsync("dark", 390);
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("delivery-log-dark-390");
        await open.LookAsync("light", 1366);

        await open.GoAsync($"/notifications/channels/{id}");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.ClickAsync("button:has-text('Remove this channel')");
        await page.Locator("h1:text-is('Notifications')").WaitForAsync();
        await Assertions.Expect(page.Locator($"a.name:has-text('{name}')")).ToHaveCountAsync(0);
        open.Errors.ShouldBeEmpty();
    }
}
