using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>What PagerDuty and Opsgenie get: everything about one alert has one key.</summary>
public sealed class PagerTests
{
    [Fact]
    public async Task PagerDuty_is_triggered_acknowledged_and_resolved_by_the_id_of_the_alert()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("pagerduty");
        var settings = RunningChannel.SettingsFor("pagerduty", receiver.Url);
        receiver.AnswerWith(202, """{"status":"success"}""");
        foreach (var notification in (AlertNotification[])[Alerts.Firing, Alerts.Acknowledged, Alerts.Resolved, Alerts.Firing with { Event = "reopened" }])
            (await channel.NotifyAsync(notification, settings)).IsDelivered.ShouldBeTrue();

        var events = receiver.All.Select(r => r.Json).ToList();
        receiver.All.ShouldAllBe(r => r.Path == "/v2/enqueue");
        events.Select(e => e.GetProperty("event_action").GetString()).ShouldBe(["trigger", "acknowledge", "resolve", "trigger"]);
        events.ShouldAllBe(e => e.GetProperty("dedup_key").GetString() == Alerts.Id.ToString("D") && e.GetProperty("routing_key").GetString() == RunningChannel.Secret);
        var payload = events[0].GetProperty("payload");
        payload.GetProperty("severity").GetString().ShouldBe("critical");
        payload.GetProperty("source").GetString().ShouldBe("web-1");
        events[0].GetProperty("links").GetArrayLength().ShouldBe(3);

        await channel.NotifyAsync(Alerts.Huge("漢"), settings);
        receiver.All[^1].Json.GetProperty("payload").GetProperty("summary").GetString()!.Length.ShouldBeLessThanOrEqualTo(1024);
        receiver.All[^1].Body.Length.ShouldBeLessThan(512 << 10);
    }

    [Fact]
    public async Task PagerDuty_says_why_it_refuses()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("pagerduty");
        receiver.AnswerWith(400, """{"status":"invalid event","message":"Event object is invalid","errors":["Length of 'routing_key' is incorrect (should be 32 characters)"]}""");
        (await channel.NotifyAsync(Alerts.Firing, RunningChannel.SettingsFor("pagerduty", receiver.Url))).Error
            .ShouldBe("PagerDuty refuses the message (400, Length of 'routing_key' is incorrect (should be 32 characters)): check the channel's settings.");
    }

    [Fact]
    public async Task Opsgenie_creates_acknowledges_and_closes_by_alias()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync("opsgenie");
        var settings = RunningChannel.SettingsFor("opsgenie", receiver.Url);
        receiver.AnswerWith(202, """{"result":"Request will be processed"}""");
        foreach (var notification in (AlertNotification[])[Alerts.Merged, Alerts.Acknowledged, Alerts.Resolved])
            (await channel.NotifyAsync(notification, settings)).IsDelivered.ShouldBeTrue();

        receiver.All.Select(r => r.Path).ShouldBe(
            ["/v2/alerts", $"/v2/alerts/{Alerts.Id:D}/acknowledge?identifierType=alias", $"/v2/alerts/{Alerts.Id:D}/close?identifierType=alias"]);
        receiver.All.ShouldAllBe(r => r.Headers["Authorization"] == "GenieKey " + RunningChannel.Secret);
        var created = receiver.All[0].Json;
        created.GetProperty("alias").GetString().ShouldBe(Alerts.Id.ToString("D"));
        created.GetProperty("priority").GetString().ShouldBe("P1");
        created.GetProperty("entity").GetString().ShouldBe("web-1");
        created.GetProperty("description").GetString().ShouldNotBeNull().ShouldContain("CPU busy on db-1");

        await channel.NotifyAsync(Alerts.Huge("👩‍🚒"), settings);
        var huge = receiver.All[^1].Json;
        huge.GetProperty("message").GetString()!.Length.ShouldBeLessThanOrEqualTo(130);
        huge.GetProperty("description").GetString()!.Length.ShouldBeLessThanOrEqualTo(15_000);
        receiver.All[^1].Text.ShouldNotContain("\ufffd");
    }
}
