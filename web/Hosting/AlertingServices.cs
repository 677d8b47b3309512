using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Notifying;
using Breeze.Web.Api;

namespace Breeze.Web.Hosting;

/// <summary>Alerting: its services and routes.</summary>
static class AlertingServices
{
    public static void AddBreezeAlerting(this IServiceCollection services)
    {
        services.AddSingleton<AlertConditions>();
        services.AddScoped(s => AlertingDbContext.Create(s.GetRequiredService<Database>(), s.GetRequiredService<AccessScope>()));
        services.AddBreezeNotifications();
    }

    /// <summary>Before anything is served.</summary>
    public static async Task PrepareAlertingAsync(this IServiceProvider services, bool isOnlyNode)
    {
        if (isOnlyNode)
        {
            await services.GetRequiredService<NotificationDispatcher>().ForgetLeasesAsync(CancellationToken.None);
        }
    }

    public static void MapAlerting(this IEndpointRouteBuilder routes)
    {
        routes.MapNotifications();
    }
}
