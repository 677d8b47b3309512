namespace Breeze.Remote.Terminal.Unix;

/// <summary>Linux and macOS: the shells of /etc/shells, run as a login of the agent's user.</summary>
sealed class UnixTerminalSystem(IReadOnlyList<string> shells, UnixAccount account) : ITerminalSystem
{
    static readonly string[] Usual = ["/bin/bash", "/bin/zsh", "/bin/sh"];

    public IReadOnlyList<string> Shells { get; } = shells;

    public string User => account.Name;

    public static UnixTerminalSystem Create()
    {
        var account = UnixAccount.Current();
        return new(Choose(UnixAccount.Lines("/etc/shells"), account.Shell, CanRun), account);
    }

    public IPseudoTerminal Start(string shell, TerminalSize size) => UnixPseudoTerminal.Start(shell, account, size);

    /// <summary>The listed shells that can be run, the user's own first, else bash.</summary>
    internal static List<string> Choose(IEnumerable<string> lines, string? own, Func<string, bool> canRun)
    {
        var listed = lines.Select(line => line.Trim()).Where(line => line.StartsWith('/') && !IsRefusal(line) && canRun(line)).Distinct().ToList();
        if (listed.Count == 0)
            listed = [.. Usual.Where(canRun)];
        var first = own is not null && listed.Contains(own) ? own : Usual.FirstOrDefault(listed.Contains);
        return first is null ? listed : [first, .. listed.Where(shell => shell != first)];
    }

    /// <summary>Whether anybody may; who exactly, the start of it says.</summary>
    internal static bool CanRun(string shell)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.Exists(shell)
                && (File.GetUnixFileMode(shell) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static bool IsRefusal(string shell) => Path.GetFileName(shell) is "nologin" or "false" or "true";
}
