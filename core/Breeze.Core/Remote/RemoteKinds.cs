using Breeze.Core.Identity;
using Breeze.Core.Tenancy;

namespace Breeze.Core.Remote;

/// <summary>What runs on a session.</summary>
public static class RemoteKinds
{
    public const string Terminal = "terminal";
    public const string Files = "files";
    public const string Desktop = "desktop";

    /// <summary>Whether somebody may have a session of any kind.</summary>
    public static bool IsAnyAllowed(AccessScope scope) =>
        scope.Can(Permissions.RemoteTerminal) || scope.Can(Permissions.RemoteFiles) || scope.Can(Permissions.RemoteControl) || scope.Can(Permissions.RemoteView);

    /// <summary>What it takes; null for a kind that there is not.</summary>
    public static string? PermissionOf(string? kind, bool viewOnly) => kind switch
    {
        Terminal => Permissions.RemoteTerminal,
        Files => Permissions.RemoteFiles,
        Desktop => viewOnly ? Permissions.RemoteView : Permissions.RemoteControl,
        _ => null,
    };
}
