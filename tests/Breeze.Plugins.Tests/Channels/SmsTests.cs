using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Breeze.Plugins.Tests.Channels;

public sealed class SmsTests
{
    [Theory]
    [InlineData(160)]
    [InlineData(320)]
    public async Task A_text_is_cut_to_its_length_with_the_address_whole(int length)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("sms");
        var settings = RunningChannel.SettingsFor("sms", receiver.Url);
        settings["length"] = length;
        settings["body"] = """{"to": "{to}", "text": "{text}"}""";
        await channel.NotifyAsync(Alerts.Firing with { Title = new string('x', 500) }, settings);
        var request = receiver.Single;
        request.Path.ShouldBe($"/send?key={RunningChannel.Secret}");
        request.Headers["Authorization"].ShouldBe($"Bearer {RunningChannel.Secret}");
        request.Json.GetProperty("to").GetString().ShouldBe("+491701234567");
        var text = request.Json.GetProperty("text").GetString()!;
        text.Length.ShouldBeLessThanOrEqualTo(length);
        text.ShouldStartWith("CRITICAL Firing: xxx");
        text.ShouldEndWith("... https://breeze.example.com/alerts/ack/abc");
    }

    [Fact]
    public async Task A_text_that_names_a_place_does_not_get_what_stands_there()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("sms");
        var settings = RunningChannel.SettingsFor("sms", receiver.Url);
        settings["length"] = 320;
        settings["body"] = """{"to": "{to}", "text": "{text}"}""";
        (await channel.NotifyAsync(Alerts.Firing with { Title = "\", \"to\": \"+1900\", {secret} {to}" }, settings)).IsDelivered.ShouldBeTrue();
        receiver.Single.Json.GetProperty("to").GetString().ShouldBe("+491701234567");
        receiver.Single.Json.GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("{secret} {to}");

        settings["content_type"] = "application/x-www-form-urlencoded";
        settings["body"] = "to={to}&text={text}";
        (await channel.NotifyAsync(Alerts.Firing with { NotificationId = Guid.NewGuid(), Title = "a&to=+1900 {secret}" }, settings)).IsDelivered.ShouldBeTrue();
        var form = receiver.All[^1].Text.Split('&');
        form.Length.ShouldBe(2);
        form[0].ShouldBe("to=%2B491701234567");
        form[1].ShouldNotContain(RunningChannel.Secret);
    }

    [Fact]
    public async Task Who_got_the_message_does_not_get_it_again_when_it_is_tried_again_for_another()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("sms");
        var settings = RunningChannel.SettingsFor("sms", receiver.Url);
        settings["recipients"] = new JsonArray("+491", "+492");
        settings["body"] = "{\"to\": \"{to}\"}";
        var isBusy = true;
        receiver.Answer = (context, request) =>
        {
            context.Response.StatusCode = isBusy && request.Text.Contains("+492", StringComparison.Ordinal) ? 503 : 200;
            return Task.CompletedTask;
        };
        (await channel.NotifyAsync(Alerts.Firing, settings)).Retryable.ShouldBeTrue();
        isBusy = false;
        (await channel.NotifyAsync(Alerts.Firing, settings)).IsDelivered.ShouldBeTrue();
        receiver.All.Select(r => r.Json.GetProperty("to").GetString()).ShouldBe(["+491", "+492", "+492"]);
    }
}
