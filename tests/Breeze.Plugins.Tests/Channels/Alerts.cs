using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Channels;

/// <summary>Notifications to tell.</summary>
static class Alerts
{
    public static readonly Guid Id = Guid.Parse("0199aaaa-0000-7000-8000-000000000001");

    /// <summary>What somebody could name a device to reach further than a name should.</summary>
    public const string Hostile = "<!channel> <@U1> @everyone </b><script>alert(1)</script> [x](http://evil.example) `**_~|\\ &amp; \"quoted\"\r\nBcc: evil@example.com\u0000\u202e\ud800 {secret} {to}";

    public static AlertNotification Firing { get; } = new(
        Guid.Parse("0199bbbb-0000-7000-8000-000000000001"), Id, "firing", "critical", "Disk almost full", "The disk /var is 97 % full.\nIt was 80 % yesterday.",
        new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero))
    {
        DeviceName = "web-1", OrganizationName = "Acme", SiteName = "Berlin", RuleName = "Disk space",
        Link = new Uri("https://breeze.example.com/alerts/1"), AcknowledgeLink = new Uri("https://breeze.example.com/alerts/ack/abc"),
        Runbook = new Uri("https://wiki.example.com/disk?a=1&b=2"),
    };

    public static AlertNotification Acknowledged { get; } = Firing with { NotificationId = Guid.NewGuid(), Event = "acknowledged", AcknowledgeLink = null };

    public static AlertNotification Resolved { get; } = Firing with
    {
        NotificationId = Guid.NewGuid(), Event = "resolved", AcknowledgeLink = null, ResolvedAt = new DateTimeOffset(2026, 3, 1, 13, 45, 0, TimeSpan.Zero),
    };

    public static AlertNotification Merged { get; } = Firing with { Others = ["CPU busy on db-1", "Backup failed"], OtherCount = 5 };

    public static AlertNotification Nasty { get; } = Firing with
    {
        Title = Hostile, Message = Hostile, DeviceName = Hostile, OrganizationName = Hostile, SiteName = Hostile, RuleName = Hostile, Others = [Hostile], OtherCount = 1,
        Runbook = new Uri("javascript:alert(1)"),
    };

    /// <summary>As long as it gets, of what is longest in every encoding.</summary>
    public static AlertNotification Huge(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 20_000 / unit.Length));
        return Firing with { Title = text, Message = text, DeviceName = text, OrganizationName = text, SiteName = text, RuleName = text, Others = [.. Enumerable.Repeat(text, 100)], OtherCount = 4000, ResolvedAt = Firing.StartedAt };
    }
}
