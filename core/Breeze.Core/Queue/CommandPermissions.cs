using Breeze.Core.Identity;

namespace Breeze.Core.Queue;

/// <summary>What a command takes beside <see cref="Permissions.DevicesCommand"/>, by its type.</summary>
public static class CommandPermissions
{
    /// <summary>The permission; null when the general one is enough.</summary>
    public static string? For(string type) => type switch
    {
        "script" => Permissions.ScriptsRun,
        _ when type.StartsWith("power.", StringComparison.Ordinal) => Permissions.DevicesPower,
        // Ending a process or stopping a service takes the same trust as switching the device off.
        "process.kill" => Permissions.DevicesPower,
        _ when type.StartsWith("service.", StringComparison.Ordinal) => Permissions.DevicesPower,
        _ when type.StartsWith("plugin.", StringComparison.Ordinal) => Permissions.PluginsManage,
        _ when type.StartsWith("remote.files", StringComparison.Ordinal) => Permissions.RemoteFiles,
        _ when type.StartsWith("remote.terminal", StringComparison.Ordinal) => Permissions.RemoteTerminal,
        _ when type.StartsWith("remote.", StringComparison.Ordinal) => Permissions.RemoteControl,
        _ => null,
    };
}
