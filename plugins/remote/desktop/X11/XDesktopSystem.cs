namespace Breeze.Remote.Desktop.X11;

/// <summary>Linux with an X server.</summary>
sealed class XDesktopSystem : IDesktopSystem
{
    public IDesktop Open(DesktopSettings settings)
    {
        var display = new XDisplays().Find(settings, Environment.GetEnvironmentVariable);
        try
        {
            return XDesktop.Open(display);
        }
        catch (XException fault)
        {
            throw new DesktopUnavailableException(fault.Message);
        }
    }
}
