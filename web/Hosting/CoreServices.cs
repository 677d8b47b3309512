using Breeze.Core.Auditing;
using Breeze.Core.Devices;
using Breeze.Core.Devices.List;
using Breeze.Core.Devices.Views;
using Breeze.Core.Distribution;
using Breeze.Core.Events;
using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Outgoing;
using Breeze.Core.Queue;
using Breeze.Core.Storage;
using Breeze.Core.Tenancy;
using Breeze.Core.Transport;
using Breeze.PluginHost;
using Breeze.PluginHost.Processes;
using Breeze.Sdk;
using Breeze.Web.Identity;
using Microsoft.AspNetCore.Identity;

namespace Breeze.Web.Hosting;

/// <summary>The core's services in this process.</summary>
static class CoreServices
{
    public static void AddBreezeCore(this IServiceCollection services, ServerSettings settings, Backends backends)
    {
        services.AddSingleton(settings);
        services.AddSingleton(backends.Database);
        services.AddSingleton(backends.Bus);
        services.AddSingleton(TimeProvider.System);
        services.AddScoped(s => s.GetRequiredService<Database>().CreateContext(s.GetRequiredService<AccessScope>()));

        services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
        services.AddSingleton<IAuditLog, AuditLog>();
        services.AddSingleton<SetupService>();
        services.AddSingleton<SignInService>();
        services.AddBreezeSignIn();
        services.AddSingleton<ScopeResolver>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<EnrollmentService>();
        services.AddBreezePeople(settings);
        services.AddBreezeRemote(settings);
        services.AddBreezeAlerting();
        services.AddBreezeScripts();
        services.AddBreezePolicies();

        services.AddSingleton(new AgentDirectory(backends.Database, TimeSpan.FromDays(settings.AgentTokenDays)));
        services.AddSingleton<NewAgents>();
        services.AddSingleton<AgentTokens>();
        services.AddSingleton<DeviceTrust>();
        services.AddSingleton<WakeService>();
        services.AddSingleton<DeviceEvents>();
        services.AddSingleton<LivePresence>();
        services.AddSingleton<DeviceRemoval>();
        services.AddSingleton<DeviceMoves>();
        services.AddSingleton<ExpressionEngine>();
        services.AddSingleton<ExpressionCompletion>();
        services.AddScoped<DevicePager>();
        services.AddSingleton<DeviceFactsReader>();
        services.AddSingleton<DynamicGroups>();
        services.AddHostedService<ExpressionFieldsKeeper>();
        services.AddHostedService<DynamicGroupKeeper>();
        services.AddSingleton<DeviceGroups>();
        services.AddSingleton<SavedViews>();
        services.AddSingleton<TableColumns>();
        services.AddSingleton<Organizations>();
        services.AddSingleton<Offboarding>();
        services.AddSingleton<Sites>();
        services.AddSingleton<Partners>();
        services.AddSingleton<PartnerSettings>();
        services.AddSingleton<DeviceReports>();
        services.AddSingleton<IInventoryProjection, HardwareProjection>();
        services.AddBreezeInventory();
        services.AddBreezeBulkActions();
        services.AddSingleton<CommandDelivery>();
        services.AddSingleton<IDeviceQueue, DeviceQueue>();
        services.AddSingleton<LayoutStore>();
        services.AddSingleton<MetricQueries>();
        services.AddSingleton<MetricRetention>();
        services.AddSingleton<LateReadings>();
        services.AddSingleton<MetricWarnings>();
        services.AddSingleton<LayoutAllowance>();
        services.AddSingleton<ReadingIntake>();
        services.AddSingleton<IngestPipeline>();
        services.AddSingleton<HeartbeatService>();
        services.AddSingleton<OutputTail>();
        services.AddSingleton<PresenceWriter>();
        services.AddHostedService(p => p.GetRequiredService<PresenceWriter>());
        services.AddHostedService<IngestWriter>();
        AddHosted<MetricMaintenance>(services);
        AddHosted<MetricRollups>(services);
        services.AddHostedService<OutboxRetention>();
        services.AddHostedService<QueueSweeper>();
        services.AddHostedService<OfflineMonitor>();
        services.AddHostedService<AgentDirectoryRefresher>();

        services.AddSingleton(new AgentConfigurations(backends.Database, settings.HeartbeatIntervalSeconds));
        services.AddSingleton<PublisherTrust>();
        services.AddSingleton<PackageCatalog>();
        services.AddSingleton<IReadOnlyList<PackageFolder>>(
            [new(Path.Combine(AppContext.BaseDirectory, "plugins"), "bundled"), new(Path.Combine(settings.DataDirectory, "plugins"), "data")]);
        AddHosted<PackageFolders>(services);
        AddHosted<ServerPlugins>(services);
        services.AddSingleton<PluginAdministration>();
        services.AddHttpClient();
        services.AddBreezeOutgoing(settings);
        services.AddSingleton<IPluginHost>(s => new PluginSupervisor(new PluginHostOptions
        {
            Kind = PluginHostKind.Server,
            StoreDirectory = Path.Combine(settings.DataDirectory, "plugin-store"),
            DataDirectory = Path.Combine(settings.DataDirectory, "plugin-data"),
            Trust = TrustStore.Empty,
            Processes = new ProcessRunner(Path.Combine(settings.DataDirectory, "scratch")),
            HttpClientFactory = () => s.GetRequiredService<IHttpClientFactory>().CreateClient(GuardedHttp.Plugins),
            Connect = s.GetRequiredService<GuardedConnector>().ConnectAsync,
            LoggerFactory = s.GetRequiredService<ILoggerFactory>(),
        }));
        services.AddSingleton<ServerAddress>();
        services.AddHostedService<LocalAgent>();
    }

    static void AddHosted<T>(IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(s => s.GetRequiredService<T>());
    }
}
