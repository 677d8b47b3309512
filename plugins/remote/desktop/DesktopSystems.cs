using Breeze.Remote.Desktop.X11;

namespace Breeze.Remote.Desktop;

static class DesktopSystems
{
    public static IDesktopSystem ForThisSystem() => new XDesktopSystem();
}
