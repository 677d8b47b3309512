using Breeze.Core.Devices.Bulk;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Features.Scripts;
using Breeze.Web.Api;
using Breeze.Web.Pages.Scripts;

namespace Breeze.Web.Hosting;

/// <summary>The library of scripts.</summary>
static class ScriptServices
{
    public static void AddBreezeScripts(this IServiceCollection services)
    {
        services.AddSingleton<ScriptCheck>();
        services.AddSingleton<ScriptLibrary>();
        services.AddSingleton<ScriptRuns>();
        services.AddSingleton<IBulkActionKind, StoredScript>();
        services.AddScoped<RunRows>();
        services.AddScoped(s => ScriptsDbContext.Create(s.GetRequiredService<Database>(), s.GetRequiredService<AccessScope>()));
    }
}
