using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>What every channel over HTTP makes of the other side's answer.</summary>
public sealed class OutcomeTests
{
    public static TheoryData<string> Types => [.. RunningChannel.OverHttp];

    [Theory, MemberData(nameof(Types))]
    public async Task What_the_other_side_takes_is_delivered_and_a_busy_side_is_asked_again_when_it_says(string type)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync(type);
        var settings = RunningChannel.SettingsFor(type, receiver.Url);
        foreach (var status in (int[])[200, 202, 204])
        {
            receiver.AnswerWith(status);
            (await channel.NotifyAsync(Alerts.Firing with { NotificationId = Guid.NewGuid() }, settings)).IsDelivered.ShouldBeTrue();
        }

        receiver.AnswerWith(429, "", ("Retry-After", "17"));
        var busy = await channel.NotifyAsync(Alerts.Firing, settings);
        (busy.IsDelivered, busy.Retryable, busy.RetryAfter).ShouldBe((false, true, TimeSpan.FromSeconds(17)));

        receiver.AnswerWith(503, "", ("Retry-After", DateTimeOffset.UtcNow.AddMinutes(5).ToString("r", CultureInfo.InvariantCulture)));
        var down = await channel.NotifyAsync(Alerts.Firing, settings);
        down.Retryable.ShouldBeTrue();
        down.RetryAfter.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));

        receiver.AnswerWith(500);
        (await channel.NotifyAsync(Alerts.Firing, settings)).Retryable.ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Types))]
    public async Task A_refusal_is_not_tried_again_and_says_what_to_do_without_any_secret(string type)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync(type);
        foreach (var status in (int[])[400, 401, 403, 404, 410, 413, 302])
        {
            // It repeats all that it got in every form that a service's answer has.
            receiver.Answer = async (context, request) =>
            {
                context.Response.StatusCode = status;
                var all = request.Path + " " + string.Join(' ', request.Headers.Values) + " " + request.Text + RunningChannel.Secret;
                await context.Response.WriteAsync(new JsonObject { ["message"] = all, ["description"] = all, ["error"] = all, ["errors"] = new JsonArray(all) }.ToJsonString());
            };
            var result = await channel.NotifyAsync(Alerts.Firing, RunningChannel.SettingsFor(type, receiver.Url));
            (result.IsDelivered, result.Retryable).ShouldBe((false, false), $"{status}");
            result.Error.ShouldNotBeNull().ShouldContain(status.ToString(CultureInfo.InvariantCulture));
            result.Error.ShouldNotContain(RunningChannel.Secret, Case.Insensitive);
            result.Error.Length.ShouldBeLessThan(350);
        }
    }

    [Theory, MemberData(nameof(Types))]
    public async Task A_connection_that_is_cut_slow_or_refused_is_tried_again(string type)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync(type, new ChannelContext(patience: TimeSpan.FromSeconds(1)));
        var settings = RunningChannel.SettingsFor(type, receiver.Url);

        receiver.Answer = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var cut = await channel.NotifyAsync(Alerts.Firing, settings);
        cut.Retryable.ShouldBeTrue();
        cut.Error.ShouldNotBeNull().ShouldNotContain(RunningChannel.Secret);

        receiver.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var started = Stopwatch.GetTimestamp();
        var slow = await channel.NotifyAsync(Alerts.Firing, settings);
        slow.Retryable.ShouldBeTrue();
        slow.Error.ShouldNotBeNull().ShouldContain("in time");
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(15));

        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var refused = await channel.NotifyAsync(Alerts.Firing, RunningChannel.SettingsFor(type, $"http://127.0.0.1:{port}"));
        refused.Retryable.ShouldBeTrue();
        refused.Error.ShouldNotBeNull().ShouldNotContain(RunningChannel.Secret);
    }

    [Theory, MemberData(nameof(Types))]
    public async Task A_private_address_is_refused_with_the_setting_that_would_allow_it(string type)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var channel = await RunningChannel.StartAsync(type, new ChannelContext(allowsLoopback: false));
        var result = await channel.NotifyAsync(Alerts.Firing, RunningChannel.SettingsFor(type, receiver.Url));
        (result.IsDelivered, result.Retryable).ShouldBe((false, false));
        result.Error.ShouldBe("127.0.0.1 is a loopback address; an administrator can allow it by Outgoing:AllowedNetworks.");
        receiver.All.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Types))]
    public async Task Settings_that_nothing_can_be_delivered_with_are_a_refusal_that_names_the_setting(string type)
    {
        await using var channel = await RunningChannel.StartAsync(type);
        var empty = await channel.NotifyAsync(Alerts.Firing, []);
        (empty.IsDelivered, empty.Retryable).ShouldBe((false, false));
        empty.Error.ShouldNotBeNull().ShouldContain(JsonElement.Parse(channel.Schema.Span).GetProperty("required").EnumerateArray().First().GetString()!);
        var settings = RunningChannel.SettingsFor(type, "ftp://" + RunningChannel.Secret);
        var wrong = await channel.NotifyAsync(Alerts.Firing, settings);
        (wrong.IsDelivered, wrong.Retryable).ShouldBe((false, false));
        wrong.Error.ShouldNotBeNull().ShouldNotContain(RunningChannel.Secret);
    }
}
