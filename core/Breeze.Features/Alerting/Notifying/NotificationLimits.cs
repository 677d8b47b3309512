namespace Breeze.Features.Alerting.Notifying;

/// <summary>How much and how long.</summary>
static class NotificationLimits
{
    /// <summary>Channels and routes of a partner.</summary>
    public const int Channels = 500;
    public const int Routes = 500;
    public const int ChannelsOfRoute = 50;
    public const int SettingsBytes = 64 << 10;

    /// <summary>Deliveries of one channel at the same time on one node.</summary>
    public const int Concurrency = 4;

    /// <summary>Titles of what else is told, see <see cref="Sdk.AlertNotification.Others"/>.</summary>
    public const int Others = 100;

    public static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);
    public static readonly TimeSpan FailingAfter = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LinkLife = TimeSpan.FromDays(7);
    public static readonly TimeSpan BellKept = TimeSpan.FromDays(30);
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);
}
