using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Alertmanager;
using Breeze.Features.Alerting.Backtest;
using Breeze.Features.Alerting.Conditions;
using Breeze.Features.Alerting.Evaluation;
using Breeze.Features.Alerting.Inbox;
using Breeze.Features.Alerting.Notifying;
using Breeze.Features.Alerting.Rules;
using Breeze.Web.Api;
using Breeze.Web.Pages.Alerts;

namespace Breeze.Web.Hosting;

/// <summary>Alerting: its services and routes.</summary>
static class AlertingServices
{
    public static void AddBreezeAlerting(this IServiceCollection services)
    {
        services.AddSingleton<AlertConditions>();
        services.AddSingleton<OutcomeNames>();
        services.AddSingleton<ConditionCompletion>();
        services.AddSingleton<AlertEngine>();
        services.AddSingleton<IReadingObserver>(s => s.GetRequiredService<AlertEngine>());
        services.AddHostedService<AlertEvaluation>();
        services.AddSingleton<RuleCheck>();
        services.AddSingleton<AlertRules>();
        services.AddSingleton<Backtests>();
        services.AddScoped<MomentCharts>();
        services.AddScoped<AlertAround>();
        services.AddHostedService<StarterRulesKeeper>();
        services.AddSingleton<AlertInbox>();
        services.AddSingleton<AlertmanagerIntake>();
        services.AddScoped<AlertRows>();
        services.AddScoped<AlertWatch>();
        services.AddScoped(s => AlertingDbContext.Create(s.GetRequiredService<Database>(), s.GetRequiredService<AccessScope>()));
        services.AddSuppression();
        services.AddBreezeNotifications();
        services.AddBreezeOnCall();
        services.AddHealing();
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
        routes.MapAlertRules();
        routes.MapAlerts();
        routes.MapAlertmanager();
        routes.MapSuppression();
        routes.MapNotifications();
        routes.MapBreezeOnCall();
    }
}
