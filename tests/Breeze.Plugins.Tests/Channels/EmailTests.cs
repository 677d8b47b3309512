using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>Real mail to a real mail server.</summary>
public sealed class EmailTests
{
    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    [InlineData("none")]
    public async Task A_mail_arrives_over_every_encryption_signed_in(string security)
    {
        await using var server = await SmtpReceiver.StartAsync(security, "breeze", "pass word");
        await using var channel = await RunningChannel.StartAsync("email");
        (await channel.NotifyAsync(Alerts.Firing, Settings(server, security, "breeze", "pass word"))).Error.ShouldBeNull();
        var mail = await server.NextAsync();
        (mail.Secure, mail.User).ShouldBe((security != "none", "breeze"));
        mail.To.ShouldBe(["one@example.com", "two@example.com"]);
        mail.Message.Subject.ShouldBe("[critical] Firing: Disk almost full");
        mail.Message.From.ToString().ShouldBe("\"Breeze\" <alerts@example.com>");
        foreach (var part in (string[])["The disk /var is 97 % full.", "web-1", "Acme", "Berlin", "Disk space", "2026-03-01 12:30 UTC", "https://breeze.example.com/alerts/1", "https://breeze.example.com/alerts/ack/abc"])
        {
            mail.Text.ShouldContain(part);
            mail.Html.ShouldContain(part);
        }
        mail.Message.Headers["Auto-Submitted"].ShouldBe("auto-generated");

        var wrong = await channel.NotifyAsync(Alerts.Firing, Settings(server, security, "breeze", "verySecret"));
        (wrong.IsDelivered, wrong.Retryable).ShouldBe((false, false));
        wrong.Error.ShouldBe("The mail server does not let us in: check the user name and the password in the channel's settings.");
    }

    [Fact]
    public async Task All_about_one_alert_is_one_thread_and_hostile_text_stays_text()
    {
        await using var server = await SmtpReceiver.StartAsync("none");
        await using var channel = await RunningChannel.StartAsync("email");
        var settings = Settings(server, "none");
        foreach (var notification in (Sdk.AlertNotification[])[Alerts.Nasty, Alerts.Acknowledged, Alerts.Resolved, Alerts.Merged with { NotificationId = Guid.NewGuid() }])
            (await channel.NotifyAsync(notification, settings)).Error.ShouldBeNull();
        var nasty = await server.NextAsync();
        var acknowledged = await server.NextAsync();
        var resolved = await server.NextAsync();
        var merged = await server.NextAsync();

        var root = $"alert-{Alerts.Id:D}@example.com";
        foreach (var message in new[] { nasty, acknowledged, resolved, merged }.Select(mail => mail.Message))
        {
            message.InReplyTo.ShouldBe(root);
            message.References.ShouldBe([root]);
        }
        nasty.Message.MessageId.ShouldBe($"{Alerts.Nasty.NotificationId:N}@example.com");
        resolved.Message.Subject.ShouldBe("Resolved: Disk almost full");
        resolved.Text.ShouldContain("Resolved: 2026-03-01 13:45 UTC");
        acknowledged.Message.Subject.ShouldBe("Acknowledged: Disk almost full");
        merged.Text.ShouldContain("And 5 others:");
        merged.Text.ShouldContain("… and 3 more");

        nasty.Message.Headers["Bcc"].ShouldBeNull();
        nasty.Message.Subject.ShouldNotBeNull().ShouldContain("Bcc: evil@example.com");
        nasty.Html.ShouldNotContain("<script>");
        nasty.Html.ShouldNotContain("javascript:");
        nasty.Html.ShouldContain("&lt;script&gt;");
    }

    [Fact]
    public async Task What_the_server_refuses_for_good_is_a_refusal_and_what_it_takes_later_is_tried_again()
    {
        await using var server = await SmtpReceiver.StartAsync("none");
        await using var channel = await RunningChannel.StartAsync("email");
        var settings = Settings(server, "none");
        settings["recipients"] = new JsonArray("refused@example.com");
        var refused = await channel.NotifyAsync(Alerts.Firing, settings);
        (refused.IsDelivered, refused.Retryable).ShouldBe((false, false));
        refused.Error.ShouldNotBeNull().ShouldContain("recipients");

        settings["recipients"] = new JsonArray("refused@example.com", "one@example.com");
        (await channel.NotifyAsync(Alerts.Firing, settings)).IsDelivered.ShouldBeTrue();
        (await server.NextAsync()).To.ShouldBe(["one@example.com"]);

        settings["recipients"] = new JsonArray("later@example.com", "one@example.com");
        (await channel.NotifyAsync(Alerts.Firing, settings)).Retryable.ShouldBeTrue();

        settings["recipients"] = new JsonArray("cut@example.com");
        (await channel.NotifyAsync(Alerts.Firing, settings)).Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_and_a_server_without_encryption_get_no_password()
    {
        await using var server = await SmtpReceiver.StartAsync("starttls", "breeze", "pass word");
        await using var channel = await RunningChannel.StartAsync("email");
        var settings = Settings(server, "starttls", "breeze", "pass word");
        settings.Remove("authority");
        var unknown = await channel.NotifyAsync(Alerts.Firing, settings);
        unknown.Retryable.ShouldBeTrue();
        unknown.Error.ShouldNotBeNull().ShouldContain("certificate");

        await using var plain = await SmtpReceiver.StartAsync("none");
        var without = await channel.NotifyAsync(Alerts.Firing, Settings(plain, "starttls"));
        (without.IsDelivered, without.Retryable).ShouldBe((false, false));
        without.Error.ShouldNotBeNull().ShouldContain("encryption");
    }

    [Theory]
    [InlineData("from", "alerts@example.com\r\nBcc: evil@example.com")]
    [InlineData("from", "nobody")]
    [InlineData("recipients", "a@example.com\nX-Evil: 1")]
    [InlineData("recipients", "a@example.com, b@example.com")]
    [InlineData("authority", "no certificate")]
    public async Task An_address_with_anything_else_in_it_is_refused(string setting, string value)
    {
        await using var channel = await RunningChannel.StartAsync("email");
        var settings = new JsonObject { ["host"] = "127.0.0.1", ["port"] = 1, ["from"] = "alerts@example.com", ["recipients"] = new JsonArray("one@example.com") };
        settings[setting] = setting == "recipients" ? new JsonArray(value) : value;
        var result = await channel.NotifyAsync(Alerts.Firing, settings);
        (result.IsDelivered, result.Retryable).ShouldBe((false, false));
        result.Error.ShouldNotBeNull().ShouldContain($"'{setting}'");
    }

    [Fact]
    public async Task A_private_address_is_refused_and_a_server_that_does_not_answer_is_tried_again()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var settings = new JsonObject
        {
            ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)silent.LocalEndpoint).Port, ["security"] = "none", ["from"] = "alerts@example.com", ["recipients"] = new JsonArray("one@example.com"),
        };
        await using (var guarded = await RunningChannel.StartAsync("email", new ChannelContext(allowsLoopback: false)))
        {
            var refused = await guarded.NotifyAsync(Alerts.Firing, settings);
            (refused.IsDelivered, refused.Retryable).ShouldBe((false, false));
            refused.Error.ShouldBe("127.0.0.1 is a loopback address; an administrator can allow it by Outgoing:AllowedNetworks.");
        }
        silent.Stop();
        await using var channel = await RunningChannel.StartAsync("email");
        (await channel.NotifyAsync(Alerts.Firing, settings)).Retryable.ShouldBeTrue();
    }

    static JsonObject Settings(SmtpReceiver server, string security, string? user = null, string? password = null) => new()
    {
        ["host"] = "127.0.0.1", ["port"] = server.Port, ["security"] = security, ["user"] = user, ["password"] = password, ["from"] = "Breeze <alerts@example.com>",
        ["recipients"] = new JsonArray("one@example.com", "two@example.com"), ["authority"] = server.Authority,
    };
}
