using Breeze.Features.Alerting.Healing;

namespace Breeze.Web.Hosting;

/// <summary>Scripts that rules run on devices.</summary>
static class HealingServices
{
    public static void AddHealing(this IServiceCollection services)
    {
        services.AddSingleton<ScriptRuntimes>();
        services.AddSingleton<RuleActions>();
        services.AddSingleton<HealingRunner>();
        services.AddHostedService<HealingClock>();
    }
}
