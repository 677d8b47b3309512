using Breeze.Core.Devices;
using Breeze.Web.Pages.Devices;

namespace Breeze.Web.Hosting;

/// <summary>What the server makes of inventory documents, and who reads it.</summary>
static class InventoryServices
{
    public static void AddBreezeInventory(this IServiceCollection services)
    {
        services.AddSingleton<IInventoryProjection, SoftwareProjection>();
        services.AddSingleton<IInventoryProjection, ServiceProjection>();
        services.AddSingleton<IInventoryProjection, UpdateProjection>();
        services.AddSingleton<IInventoryProjection, SessionProjection>();
        services.AddSingleton<IInventoryProjection, NetworkProjection>();
        services.AddSingleton<IInventoryProjection, LogProjection>();
        services.AddSingleton<DeviceInventoryQueries>();
        services.AddSingleton<FleetInventoryQueries>();
        services.AddSingleton<InventoryRetention>();
        services.AddHostedService(s => s.GetRequiredService<InventoryRetention>());
        services.AddScoped<InventoryTabs>();
    }
}
