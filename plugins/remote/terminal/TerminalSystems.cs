using Breeze.Remote.Terminal.Unix;
using Breeze.Remote.Terminal.Windows;

namespace Breeze.Remote.Terminal;

static class TerminalSystems
{
    /// <summary>Read anew for each session: shells come and go.</summary>
    public static ITerminalSystem ForThisSystem() => OperatingSystem.IsWindows() ? new WindowsTerminalSystem() : UnixTerminalSystem.Create();
}
