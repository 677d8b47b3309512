using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

/// <summary>What the host logs. Plugins' exceptions come as text: a logger that keeps the object would keep the plugin's code.</summary>
static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "{Plugin} {Version} serves as generation {Generation}, loaded in {Milliseconds} ms")]
    public static partial void Serves(ILogger logger, string plugin, string version, int generation, long milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "{Plugin}: {Code}: {Message}")]
    public static partial void LoadFailed(ILogger logger, string plugin, string code, string message);

    [LoggerMessage(3, LogLevel.Warning, "{Plugin} generation {Generation} {What}\n{Details}")]
    public static partial void PluginThrew(ILogger logger, string plugin, int generation, string what, string details);

    [LoggerMessage(4, LogLevel.Warning, "{Plugin} generation {Generation} still had {Leases} leases at its drain deadline; they are cancelled")]
    public static partial void DrainDeadline(ILogger logger, string plugin, int generation, int leases);

    [LoggerMessage(5, LogLevel.Warning, "{Plugin} generation {Generation} did not finish {What} by its deadline")]
    public static partial void StopDeadline(ILogger logger, string plugin, int generation, string what);

    [LoggerMessage(6, LogLevel.Error, "{Plugin} generation {Generation} does not unload: something still refers to its code")]
    public static partial void Leaked(ILogger logger, string plugin, int generation);

    [LoggerMessage(7, LogLevel.Information, "{Plugin} generation {Generation} is unloaded")]
    public static partial void Unloaded(ILogger logger, string plugin, int generation);

    [LoggerMessage(8, LogLevel.Error, "A subscriber of the plugin host failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception);
}
