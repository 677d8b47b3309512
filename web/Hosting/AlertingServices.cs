using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Conditions;

namespace Breeze.Web.Hosting;

/// <summary>Alerting: its services and routes.</summary>
static class AlertingServices
{
    public static void AddBreezeAlerting(this IServiceCollection services)
    {
        services.AddSingleton<AlertConditions>();
        services.AddScoped(s => AlertingDbContext.Create(s.GetRequiredService<Database>(), s.GetRequiredService<AccessScope>()));
    }

    public static void MapAlerting(this IEndpointRouteBuilder routes)
    {
    }
}
