using Breeze.Sdk;

namespace Breeze.Remote.Desktop;

/// <summary>Serves sessions of the kind <c>desktop</c>: the screen of whoever is signed in.</summary>
sealed class DesktopProvider(IDesktopSystem system) : IRemoteAccessProvider
{
    public string Kind => "desktop";

    public DesktopSettings Settings { get; set; } = new(null, null);

    public async ValueTask<RemoteSessionEnd> ServeAsync(RemoteSessionRequest request, IRemoteChannel channel, CancellationToken cancellationToken)
    {
        if (DesktopOptions.Read(request.Options, out var error) is not { } options)
            return new("failed", error);
        IDesktop desktop;
        try
        {
            desktop = system.Open(Settings);
        }
        catch (DesktopUnavailableException fault)
        {
            return new("unavailable", fault.Message);
        }
        using (desktop)
            return await new DesktopSession(desktop, request, options, channel).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
