using Breeze.Features.Alerting.Notifying;

namespace Breeze.Web.Hosting;

/// <summary>Who is told of alerts, and how.</summary>
static class NotificationServices
{
    public static void AddBreezeNotifications(this IServiceCollection services)
    {
        services.AddSingleton<IAlertLinks, AlertLinks>();
        services.AddSingleton<IChannelTypes, ChannelTypes>();
        services.AddSingleton<IChannelSender, ChannelSender>();
        services.AddSingleton<ChannelSecrets>();
        services.AddSingleton<NotificationChannels>();
        services.AddSingleton<NotificationRoutes>();
        services.AddSingleton<ChannelTests>();
        services.AddSingleton<AcknowledgeLinks>();
        services.AddHostedService<AlertRouter>();
        services.AddSingleton<NotificationDispatcher>();
        services.AddHostedService(s => s.GetRequiredService<NotificationDispatcher>());
        services.AddHostedService<NotificationRetention>();
    }
}
