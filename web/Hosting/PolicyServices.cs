using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Policies;

namespace Breeze.Web.Hosting;

/// <summary>Policies, and the clock by which devices are judged.</summary>
static class PolicyServices
{
    public static void AddBreezePolicies(this IServiceCollection services)
    {
        services.AddSingleton<PolicyReading>();
        services.AddSingleton<PolicyRunner>();
        services.AddSingleton<PolicyLibrary>();
        services.AddSingleton<PolicyPreview>();
        services.AddHostedService<PolicyClock>();
        services.AddScoped<PolicyResults>();
        services.AddScoped(s => PoliciesDbContext.Create(s.GetRequiredService<Database>(), s.GetRequiredService<AccessScope>()));
    }
}
