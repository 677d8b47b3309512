using Breeze.Core.Outgoing;

namespace Breeze.Web.Hosting;

/// <summary>How this process connects to places that people entered.</summary>
static class OutgoingServices
{
    public static void AddBreezeOutgoing(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(new GuardedConnector(new AddressRules(settings.AllowedNetworks)));
        services.AddHttpClient(GuardedHttp.Plugins, client => client.Timeout = GuardedHttp.Patience)
            .ConfigurePrimaryHttpMessageHandler(s => GuardedHttp.CreateHandler(s.GetRequiredService<GuardedConnector>()))
            .AddHttpMessageHandler(() => new RedirectHandler())
            .AddHttpMessageHandler(() => new BoundedAnswers(GuardedHttp.LargestAnswer))
            // Addresses of webhooks are secrets, and the factory would log each.
            .RemoveAllLoggers();
    }
}
