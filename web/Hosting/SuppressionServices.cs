using Breeze.Features.Alerting.Incidents;
using Breeze.Features.Alerting.Suppression;
using Breeze.Web.Api;

namespace Breeze.Web.Hosting;

/// <summary>Maintenance windows, dependencies and incidents.</summary>
static class SuppressionServices
{
    public static void AddSuppression(this IServiceCollection services)
    {
        services.AddSingleton<MaintenancePlanner>();
        services.AddSingleton<WindowCheck>();
        services.AddSingleton<MaintenanceWindows>();
        services.AddSingleton<IncidentActs>();
        services.AddSingleton<DeviceDependencies>();
        services.AddSingleton<SuppressionSweep>();
        services.AddHostedService(s => s.GetRequiredService<SuppressionSweep>());
    }

    public static void MapSuppression(this IEndpointRouteBuilder routes)
    {
        routes.MapMaintenanceWindows();
        routes.MapIncidents();
        routes.MapDependencies();
    }
}
