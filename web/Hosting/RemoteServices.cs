using Breeze.Core.Remote;
using Breeze.Core.Remote.Consent;
using Breeze.Core.Remote.Recording;
using Breeze.Web.Realtime;

namespace Breeze.Web.Hosting;

/// <summary>Remote sessions: their services.</summary>
static class RemoteServices
{
    public static void AddBreezeRemote(this IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(settings.IceServers);
        services.AddSingleton<RemoteSwitch>();
        services.AddScoped<RemoteSessions>();
        services.AddScoped<RemoteConsentRules>();
        services.AddSingleton<RemoteDoor>();
        services.AddHostedService<RemoteSweeper>();
        services.AddSingleton<RecordingStore>();
        services.AddScoped<RemoteRecordings>();
        services.AddHostedService<RecordingKeeper>();
    }
}
