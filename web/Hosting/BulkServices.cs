using Breeze.Core.Devices;
using Breeze.Core.Devices.Bulk;

namespace Breeze.Web.Hosting;

/// <summary>Actions on many devices: what kinds there are, and who works them off.</summary>
static class BulkServices
{
    public static void AddBreezeBulkActions(this IServiceCollection services)
    {
        services.AddSingleton<BulkKinds>();
        services.AddSingleton<BulkTargets>();
        services.AddSingleton<BulkProgress>();
        services.AddSingleton<BulkActions>();
        services.AddSingleton<BulkCommands>();
        services.AddSingleton<BulkActionRunner>();
        services.AddHostedService(s => s.GetRequiredService<BulkActionRunner>());
        services.AddSingleton<Maintenance>();
        services.AddHostedService(s => s.GetRequiredService<Maintenance>());

        // In the order of the menu.
        services.AddSingleton<IBulkActionKind, RunScript>();
        services.AddSingleton<IBulkActionKind, AddTags>();
        services.AddSingleton<IBulkActionKind, RemoveTags>();
        services.AddSingleton<IBulkActionKind, MoveToSite>();
        services.AddSingleton<IBulkActionKind, AddToGroup>();
        services.AddSingleton<IBulkActionKind, RemoveFromGroup>();
        services.AddSingleton<IBulkActionKind, SetField>();
        services.AddSingleton<IBulkActionKind, ClearField>();
        services.AddSingleton<IBulkActionKind, StartMaintenance>();
        services.AddSingleton<IBulkActionKind, EndMaintenance>();
        services.AddSingleton<IBulkActionKind, Wake>();
        services.AddSingleton<IBulkActionKind, Reboot>();
    }
}
