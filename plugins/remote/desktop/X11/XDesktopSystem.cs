using Breeze.X11;

namespace Breeze.Remote.Desktop.X11;

/// <summary>Linux with an X server.</summary>
sealed class XDesktopSystem : IDesktopSystem
{
    public IDesktop Open(DesktopSettings settings)
    {
        try
        {
            return XDesktop.Open(new XDisplays().Find(settings.Display, settings.Authority, Environment.GetEnvironmentVariable));
        }
        catch (XException fault)
        {
            throw new DesktopUnavailableException(fault.Message);
        }
    }
}
