using System.Globalization;
using Breeze.Sdk;

namespace Breeze.Actions.Power;

/// <summary>How to restart this machine: one program with its arguments, and what this plugin waits before it is run.</summary>
sealed record RestartPlan(string FileName, IReadOnlyList<string> Arguments, TimeSpan Wait)
{
    public const string DefaultMessage = "This computer restarts soon. Save your work.";

    /// <summary>How the machine that this runs on restarts; <see langword="null"/> when it has no program for it.</summary>
    public static RestartSystem? SystemHere(IProcessRunner processes) =>
        OperatingSystem.IsWindows() ? RestartSystem.Windows
        : OperatingSystem.IsMacOS() ? RestartSystem.Mac
        : Directory.Exists("/run/systemd/system") && processes.Find("shutdown") is not null ? RestartSystem.Systemd
        : processes.Find("shutdown") is not null ? RestartSystem.Shutdown
        : processes.Find("reboot") is not null ? RestartSystem.Reboot
        : null;

    public static RestartPlan For(RestartSystem system, TimeSpan delay, string message)
    {
        // shutdown counts in minutes: rather late than before the time that people were told.
        var minutes = "+" + ((int)Math.Ceiling(delay.TotalMinutes)).ToString(CultureInfo.InvariantCulture);
        var seconds = ((int)delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return system switch
        {
            RestartSystem.Systemd => new("shutdown", ["-r", minutes, message], TimeSpan.Zero),
            RestartSystem.Mac => new("/sbin/shutdown", ["-r", minutes, message], TimeSpan.Zero),
            RestartSystem.Windows => new("shutdown.exe", ["/r", "/t", seconds, "/c", message], TimeSpan.Zero),
            RestartSystem.Shutdown => new("shutdown", ["-r", "now", message], delay),
            _ => new("reboot", [], delay),
        };
    }

    /// <summary>When the machine goes down, counted from now.</summary>
    public TimeSpan Due(TimeSpan delay) => Arguments is ["-r", ['+', ..], ..] ? TimeSpan.FromMinutes(Math.Ceiling(delay.TotalMinutes)) : delay;

    /// <summary>For people; nothing ever reads it as a command line.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(FileName).Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));
}
