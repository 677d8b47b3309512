using Breeze.Features.Alerting.Bell;
using Breeze.Features.Alerting.Escalation;
using Breeze.Features.Alerting.OnCall;
using Breeze.Web.Api;

namespace Breeze.Web.Hosting;

/// <summary>Who is called, how, and what happens when they do not answer.</summary>
static class OnCallServices
{
    public static void AddBreezeOnCall(this IServiceCollection services)
    {
        services.AddSingleton<OnCallSchedules>();
        services.AddSingleton<EscalationPolicies>();
        services.AddSingleton<ContactMethods>();
        services.AddSingleton<BellReader>();
        services.AddSingleton<EscalationOutlook>();
        services.AddSingleton<EscalationRunner>();
        services.AddSingleton<HandOvers>();
        services.AddHostedService<EscalationClock>();
    }

    public static void MapBreezeOnCall(this IEndpointRouteBuilder routes)
    {
        routes.MapOnCall();
        routes.MapEscalation();
        routes.MapContacts();
    }
}
