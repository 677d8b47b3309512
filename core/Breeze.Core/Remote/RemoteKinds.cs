using Breeze.Core.Identity;

namespace Breeze.Core.Remote;

/// <summary>What runs on a session.</summary>
public static class RemoteKinds
{
    public const string Terminal = "terminal";
    public const string Files = "files";
    public const string Desktop = "desktop";

    /// <summary>Whether a page that was opened anew can go on with it.</summary>
    public static bool CanReturn(string kind) => kind == Terminal;

    /// <summary>What it takes; null for a kind that there is not.</summary>
    public static string? PermissionOf(string? kind, bool viewOnly) => kind switch
    {
        Terminal => Permissions.RemoteTerminal,
        Files => Permissions.RemoteFiles,
        Desktop => viewOnly ? Permissions.RemoteView : Permissions.RemoteControl,
        _ => null,
    };
}
