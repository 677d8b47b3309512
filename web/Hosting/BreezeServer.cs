using System.Net.Sockets;
using Breeze.Core.Devices;
using Breeze.Core.Distribution;
using Breeze.Core.Identity;
using Breeze.Core.Metrics;
using Breeze.Core.Transport;
using Breeze.Web.Api;
using Breeze.Web.Frame;
using Breeze.Web.Fragments;
using Breeze.Web.Identity;
using Breeze.Web.Jobs;
using Breeze.Web.Realtime;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;

namespace Breeze.Web.Hosting;

/// <summary>The server process from start to stop.</summary>
static class BreezeServer
{
    const string DefaultUrl = "http://localhost:5080";

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var settings = ServerSettings.Read(builder.Configuration);
        var progress = new StartupProgress(Console.Out);
        progress.Headline("Breeze is starting");
        using var instance = InstanceLock.Take(settings.DataDirectory);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
        PortCheck.Run(builder.Configuration["urls"] ?? DefaultUrl);

        await using var backends = await Backends.StartAsync(settings, progress, CancellationToken.None);
        ConfigureLogging(builder);
        // Requests run where their bytes arrive, which is on the thread pool already: two hops less for each.
        builder.WebHost.UseSockets(o =>
        {
            o.UnsafePreferInlineScheduling = true;
            o.CreateBoundListenSocket = ListenSocket;
        });
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            // Endpoints take less: see BodyLimit.
            o.Limits.MaxRequestBodySize = 64 << 20;
            // A connection outlives the longest usual heartbeat interval: a new TLS connection costs as much as twenty heartbeats.
            o.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
            // After an outage thousands shake hands at once: who is cut off while waiting for its turn only comes again.
            o.ConfigureHttpsDefaults(https => https.HandshakeTimeout = TimeSpan.FromSeconds(60));
        });
        await AddServicesAsync(builder, settings, backends);
        await using var app = builder.Build();
        Configure(app);
        PermissionGuard.Check(((IEndpointRouteBuilder)app).DataSources);

        progress.Say("Loading plugins");
        await PrepareAsync(app, settings);
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException || e.GetBaseException() is SocketException)
        {
            throw new StartupException($"{e.Message} Choose another address with --urls, for example --urls http://localhost:5090.");
        }
        SayReady(app, progress, settings);
        await app.WaitForShutdownAsync();
        progress.Headline("Breeze is stopping");
        return 0;
    }

    static void ConfigureLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(o => o.FormatterName = PlainConsoleFormatter.FormatterName);
        builder.Logging.AddConsoleFormatter<PlainConsoleFormatter, ConsoleFormatterOptions>();
        // Quiet unless asked: Logging__LogLevel__Breeze=Information and the like raise it.
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // We say in one line where we listen, and host start-up failures are ours to explain.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // It says so whenever a page with a form forbids caching by itself, which comes to the same.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        // Listened to, it makes an activity and a log scope for every request. Kestrel reports what a request throws; tracing needs no logger.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }

    static async Task AddServicesAsync(WebApplicationBuilder builder, ServerSettings settings, Backends backends)
    {
        var services = builder.Services;
        services.AddBreezeCore(settings, backends);
        services.AddDataProtection().SetApplicationName("breeze");
        var keys = new DatabaseKeyRepository(backends.Database, MasterKey.Load(settings));
        await keys.PrepareAsync(CancellationToken.None);
        services.Configure<KeyManagementOptions>(o => o.XmlRepository = keys);
        services.AddBreezeAuthentication(new TokenIssuer(await JwtSecretAsync(settings, backends, keys), TimeProvider.System));
        services.AddSingleton<AgentAuthentication>();
        services.AddSingleton<HeartbeatEndpoint>();
        services.AddExceptionHandler<ApiErrors>();
        services.AddProblemDetails();
        services.AddOpenApi("v1", OpenApiDocument.Configure);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            o.SerializerOptions.DictionaryKeyPolicy = null;
        });
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddBreezeJobs(backends.Database);
        services.AddSingleton<FragmentRenderer>();
        services.AddBreezeUi();
    }

    static async Task<byte[]> JwtSecretAsync(ServerSettings settings, Backends backends, DatabaseKeyRepository keys)
    {
        if (settings.JwtSecret is { } given)
        {
            return System.Text.Encoding.UTF8.GetBytes(given);
        }
        // The container does not exist yet, and the key must before it does.
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("breeze");
        services.Configure<KeyManagementOptions>(o => o.XmlRepository = keys);
        await using var provider = services.BuildServiceProvider();
        return await new ServerSecrets(backends.Database, provider.GetRequiredService<IDataProtectionProvider>()).GetOrCreateAsync("jwt", CancellationToken.None);
    }

    /// <summary>Connections inherit that the kernel asks a silent peer, from a minute on, whether it is still there.</summary>
    static Socket ListenSocket(System.Net.EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (endpoint is System.Net.IPEndPoint)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
        return socket;
    }

    static void Configure(WebApplication app)
    {
        HeartbeatEndpoint.UseHeartbeatLane(app);
        app.UseBreezeSecurityHeaders();
        app.UseBreezeErrorPages();
        app.UseExceptionHandler("/error");
        app.UseWhen(
            c => BreezeAuthentication.IsApi(c.Request.Path), api => api.UseStatusCodePages(c => ApiProblem.DescribeAsync(c.HttpContext)));
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<BodyLimit>();
        app.UseAuthentication();
        // Access is decided by AccessMiddleware. Left out, the framework puts its own at the very beginning, before the heartbeats' lane.
        app.UseAuthorization();
        app.UseMiddleware<AccessMiddleware>();
        app.UseAntiforgery();
        app.MapHealth();
        app.MapAuth();
        app.MapTenancy();
        app.MapEnrollmentKeys();
        app.MapPeople();
        app.MapAgents();
        app.MapDevices();
        app.MapDeviceTrust();
        app.MapCommands();
        app.MapInventory();
        app.MapFleetInventory();
        app.MapPlugins();
        app.MapAudit();
        app.MapEndpointList();
        app.MapRemote();
        app.MapRemoteConsent();
        app.MapRecordings();
        app.MapAlerting();
        app.MapScripts();
        app.MapPolicies();
        app.MapRealtime();
        app.MapApiDocument();
        app.MapBreezeUi();
    }

    static async Task PrepareAsync(WebApplication app, ServerSettings settings)
    {
        var services = app.Services;
        await services.GetRequiredService<MetricMaintenance>().RunAsync(CancellationToken.None);
        await services.GetRequiredService<LivePresence>().ForgetAsync(isOnlyNode: settings.DatabaseConnection is null, CancellationToken.None);
        await services.PrepareAlertingAsync(isOnlyNode: settings.DatabaseConnection is null);
        await services.GetRequiredService<PackageFolders>().ScanAsync(CancellationToken.None);
        await services.GetRequiredService<ServerPlugins>().ReconcileAsync(CancellationToken.None);
        await services.GetRequiredService<AgentDirectory>().RefreshAsync(CancellationToken.None);
        var setup = services.GetRequiredService<SetupService>();
        await setup.InitializeAsync(CancellationToken.None);
        if (setup.IsSetupPending && settings.AdminEmail is { } email)
        {
            var result = await setup.CompleteUnattendedAsync(
                new SetupRequest(email, settings.AdminPassword!, "Administrator", "My MSP", "My organization", "Main site"), CancellationToken.None);
            if (result.Error is { } error)
            {
                throw new StartupException($"The unattended set-up was refused: {error} Check BREEZE_ADMIN_EMAIL and BREEZE_ADMIN_PASSWORD.");
            }
        }
    }

    static void SayReady(WebApplication app, StartupProgress progress, ServerSettings settings)
    {
        var url = app.Services.GetRequiredService<ServerAddress>().Public;
        var setup = app.Services.GetRequiredService<SetupService>();
        progress.Say("Ready");
        progress.Blank();
        progress.Headline($"  Breeze runs at {url}");
        if (setup.IsSetupPending)
        {
            progress.Headline($"  Set it up, once, at {url}/setup/{setup.Token}");
        }
        progress.Headline($"  Its data are in {settings.DataDirectory}. Press Ctrl-C to stop.");
        progress.Blank();
    }
}
