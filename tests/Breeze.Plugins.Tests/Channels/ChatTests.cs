using System.Text;
using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>What Slack, Teams, Discord, Telegram and ntfy get.</summary>
public sealed class ChatTests
{
    [Theory]
    [InlineData("slack")]
    [InlineData("teams")]
    [InlineData("discord")]
    [InlineData("telegram")]
    [InlineData("ntfy")]
    public async Task A_message_says_what_happened_where_and_what_can_be_opened(string type)
    {
        var firing = (await SendAsync(type, Alerts.Firing)).Text;
        foreach (var part in (string[])["Firing: Disk almost full", "The disk /var is 97 % full.", "web", "Acme", "Berlin", "Disk space", "https://breeze.example.com/alerts/1", "https://breeze.example.com/alerts/ack/abc", "https://wiki.example.com/disk"])
            Unescaped(firing).ShouldContain(part);
        var resolved = Unescaped((await SendAsync(type, Alerts.Resolved)).Text);
        resolved.ShouldContain("Resolved: Disk almost full");
        resolved.ShouldContain("2026-03-01 13:45 UTC");
        resolved.ShouldNotContain("/ack/");
        Unescaped((await SendAsync(type, Alerts.Acknowledged)).Text).ShouldContain("Acknowledged: Disk almost full");
        var merged = Unescaped((await SendAsync(type, Alerts.Merged)).Text);
        foreach (var part in (string[])["And 5 others:", "CPU busy on db-1", "Backup failed", "and 3 more"])
            merged.ShouldContain(part);
    }

    [Fact]
    public async Task Slack_reads_no_mark_in_what_a_device_says()
    {
        var body = (await SendAsync("slack", Alerts.Nasty)).Json;
        body.GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("&lt;!channel&gt; &lt;@U1&gt;");
        body.GetProperty("parse").GetString().ShouldBe("none");
        var texts = Texts(body.GetProperty("blocks")).ToList();
        texts.Where(t => t.GetProperty("type").GetString() == "mrkdwn").ShouldHaveSingleItem()
            .GetProperty("text").GetString().ShouldBe("<https://breeze.example.com/alerts/1|Open the alert>  ·  <https://breeze.example.com/alerts/ack/abc|Acknowledge>");
        texts.Where(t => t.GetProperty("type").GetString() == "plain_text" && t.GetProperty("text").GetString()!.Contains("<!channel>", StringComparison.Ordinal)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Teams_gets_runs_of_text_that_know_no_Markdown()
    {
        var card = (await SendAsync("teams", Alerts.Nasty)).Json.GetProperty("attachments")[0];
        card.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        var content = card.GetProperty("content");
        foreach (var block in content.GetProperty("body").EnumerateArray())
            block.GetProperty("type").GetString().ShouldBe("RichTextBlock");
        content.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("url").GetString()).ShouldBe(["https://breeze.example.com/alerts/1", "https://breeze.example.com/alerts/ack/abc"]);
    }

    [Fact]
    public async Task Discord_calls_nobody_and_shows_marks_as_they_are()
    {
        var body = (await SendAsync("discord", Alerts.Nasty)).Json;
        body.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        var embed = body.GetProperty("embeds")[0];
        foreach (var text in embed.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("value")).Append(embed.GetProperty("title")).Select(t => t.GetString()!))
        {
            text.Replace("\\@", "", StringComparison.Ordinal).Replace("\\<", "", StringComparison.Ordinal).Replace("\\[", "", StringComparison.Ordinal).ShouldNotContain("@");
            text.ShouldNotContain("[x](");
        }
    }

    [Fact]
    public async Task Telegram_gets_marks_of_ours_alone_and_nobody_is_called_by_name()
    {
        var request = await SendAsync("telegram", Alerts.Nasty);
        request.Path.ShouldBe($"/bot42:{RunningChannel.Secret}/sendMessage");
        var text = request.Json.GetProperty("text").GetString()!;
        request.Json.GetProperty("parse_mode").GetString().ShouldBe("HTML");
        text.ShouldContain("&lt;script&gt;");
        text.ShouldNotContain("<script>");
        text.ShouldNotContain("@everyone");
        text.ShouldNotContain("javascript:");
    }

    [Fact]
    public async Task Ntfy_gets_a_priority_by_severity_and_the_token()
    {
        var firing = await SendAsync("ntfy", Alerts.Firing);
        firing.Headers["Authorization"].ShouldBe($"Bearer tk_{RunningChannel.Secret}");
        firing.Json.GetProperty("topic").GetString().ShouldBe("alerts");
        firing.Json.GetProperty("priority").GetInt32().ShouldBe(5);
        firing.Json.GetProperty("click").GetString().ShouldBe("https://breeze.example.com/alerts/1");
        firing.Json.GetProperty("actions").GetArrayLength().ShouldBe(3);
        (await SendAsync("ntfy", Alerts.Resolved)).Json.GetProperty("priority").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("<")]
    [InlineData("@")]
    [InlineData("漢\n")]
    [InlineData("👩‍🚒")]
    [InlineData("\"\\")]
    public async Task What_is_too_long_is_cut_to_what_each_service_takes(string unit)
    {
        var huge = Alerts.Huge(unit);
        var slack = (await SendAsync("slack", huge)).Json;
        slack.GetProperty("blocks").GetArrayLength().ShouldBeLessThanOrEqualTo(50);
        slack.GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString()!.Length.ShouldBeLessThanOrEqualTo(150);
        foreach (var text in Texts(slack.GetProperty("blocks")))
            text.GetProperty("text").GetString()!.Length.ShouldBeLessThanOrEqualTo(3000);

        (await SendAsync("teams", huge)).Body.Length.ShouldBeLessThan(28_000);

        var embed = (await SendAsync("discord", huge)).Json.GetProperty("embeds")[0];
        var fields = embed.GetProperty("fields").EnumerateArray().ToList();
        embed.GetProperty("title").GetString()!.Length.ShouldBeLessThanOrEqualTo(256);
        embed.GetProperty("description").GetString()!.Length.ShouldBeLessThanOrEqualTo(4096);
        fields.ForEach(f => f.GetProperty("value").GetString()!.Length.ShouldBeInRange(1, 1024));
        (embed.GetProperty("title").GetString()!.Length + embed.GetProperty("description").GetString()!.Length
            + fields.Sum(f => f.GetProperty("name").GetString()!.Length + f.GetProperty("value").GetString()!.Length)).ShouldBeLessThanOrEqualTo(6000);

        var telegram = (await SendAsync("telegram", huge)).Json.GetProperty("text").GetString()!;
        var read = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(telegram, "<[^>]+>", ""));
        read.Length.ShouldBeLessThanOrEqualTo(4096);
        System.Text.RegularExpressions.Regex.Replace(telegram, "&(amp|lt|gt|quot);", "").ShouldNotContain("&");

        var ntfy = (await SendAsync("ntfy", huge)).Json;
        Encoding.UTF8.GetByteCount(ntfy.GetProperty("message").GetString()!).ShouldBeLessThanOrEqualTo(4096);
        Encoding.UTF8.GetByteCount(ntfy.GetProperty("title").GetString()!).ShouldBeLessThanOrEqualTo(250);
    }

    static async Task<HttpReceiver.Received> SendAsync(string type, AlertNotification notification)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync(type);
        (await channel.NotifyAsync(notification, RunningChannel.SettingsFor(type, receiver.Url))).Error.ShouldBeNull();
        var request = receiver.Single;
        // Halves of characters would have become this sign.
        if (!notification.Title.Contains('\ud800', StringComparison.Ordinal))
            request.Text.ShouldNotContain("\ufffd");
        return request;
    }

    /// <summary>The texts of JSON without the marks that a format puts before signs.</summary>
    static string Unescaped(string json) => string.Join('\n', Strings(JsonElement.Parse(json))).Replace("\\", "", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
        .Replace("</b>", "", StringComparison.Ordinal);

    static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    static IEnumerable<JsonElement> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => [element],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        _ => [],
    };
}
