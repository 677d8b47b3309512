namespace Breeze.Actions.Power;

/// <summary>Who restarts the machine.</summary>
enum RestartSystem
{
    /// <summary><c>shutdown</c> of systemd, which keeps the time itself.</summary>
    Systemd,

    /// <summary>Another <c>shutdown</c> of Linux, which would wait in the foreground: this plugin keeps the time.</summary>
    Shutdown,

    /// <summary>A Linux with <c>reboot</c> alone.</summary>
    Reboot,

    /// <summary><c>shutdown.exe</c>.</summary>
    Windows,

    /// <summary><c>shutdown</c> of macOS, which keeps the time itself.</summary>
    Mac,
}
