using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Breeze.Plugins.Tests.Channels;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_receiver_can_check_the_signature_as_the_readme_says()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("webhook");
        (await channel.NotifyAsync(Alerts.Merged, RunningChannel.SettingsFor("webhook", receiver.Url))).IsDelivered.ShouldBeTrue();
        var request = receiver.Single;
        var timestamp = request.Headers["X-Breeze-Timestamp"];
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        var signed = Encoding.UTF8.GetBytes(timestamp + ".").Concat(request.Body).ToArray();
        request.Headers["X-Breeze-Signature"].ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(RunningChannel.Secret), signed)));
        request.Headers["X-Breeze-Delivery"].ShouldBe(Alerts.Merged.NotificationId.ToString("D"));
        request.Headers["Authorization"].ShouldBe($"Bearer {RunningChannel.Secret}");
        request.Headers["X-Team"].ShouldBe("red");
        request.Text.ShouldNotContain(RunningChannel.Secret);
    }

    [Fact]
    public async Task The_payload_holds_everything_in_the_form_of_version_1()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("webhook");
        await channel.NotifyAsync(Alerts.Resolved with { Others = ["Another"], OtherCount = 3 }, RunningChannel.SettingsFor("webhook", receiver.Url));
        var body = receiver.Single.Json;
        body.GetProperty("version").GetInt32().ShouldBe(1);
        body.GetProperty("event").GetString().ShouldBe("resolved");
        var alert = body.GetProperty("alert");
        alert.GetProperty("id").GetGuid().ShouldBe(Alerts.Id);
        alert.GetProperty("started_at").GetDateTimeOffset().ShouldBe(Alerts.Resolved.StartedAt);
        alert.GetProperty("resolved_at").GetDateTimeOffset().ShouldBe(Alerts.Resolved.ResolvedAt!.Value);
        alert.GetProperty("acknowledge_url").ValueKind.ShouldBe(JsonValueKind.Null);
        alert.GetProperty("device").GetString().ShouldBe("web-1");
        body.GetProperty("others").GetProperty("count").GetInt32().ShouldBe(3);
        body.GetProperty("others").GetProperty("titles")[0].GetString().ShouldBe("Another");
    }

    [Fact]
    public async Task Hostile_text_stays_text()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("webhook");
        (await channel.NotifyAsync(Alerts.Nasty, RunningChannel.SettingsFor("webhook", receiver.Url))).IsDelivered.ShouldBeTrue();
        var title = receiver.Single.Json.GetProperty("alert").GetProperty("title").GetString()!;
        title.ShouldContain("\"quoted\" Bcc:");
        title.ShouldNotContain("\u0000");
        title.ShouldNotContain("\u202e");
        receiver.Single.Json.GetProperty("alert").GetProperty("runbook_url").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("Host: elsewhere")]
    [InlineData("X-Breeze-Signature: sha256=00")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("X-A: b\r\nX-C: d")]
    [InlineData("no colon")]
    public async Task A_header_that_would_change_the_request_is_refused(string header)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("webhook");
        var settings = RunningChannel.SettingsFor("webhook", receiver.Url);
        settings["headers"] = new JsonArray(header);
        var result = await channel.NotifyAsync(Alerts.Firing, settings);
        (result.IsDelivered, result.Retryable).ShouldBe((false, false));
        receiver.All.ShouldBeEmpty();
    }
}
