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
        return new(Choose(UnixAccount.Lines("/etc/shells"), account.Shell, File.Exists), account);
    }

    public IPseudoTerminal Start(string shell, TerminalSize size) => UnixPseudoTerminal.Start(shell, account, size);

    /// <summary>The listed shells that are there, the user's own first, else bash.</summary>
    internal static List<string> Choose(IEnumerable<string> lines, string? own, Func<string, bool> exists)
    {
        var listed = lines.Select(line => line.Trim()).Where(line => line.StartsWith('/') && !IsRefusal(line) && exists(line)).Distinct().ToList();
        if (listed.Count == 0)
            listed = [.. Usual.Where(exists)];
        var first = own is not null && listed.Contains(own) ? own : Usual.FirstOrDefault(listed.Contains);
        return first is null ? listed : [first, .. listed.Where(shell => shell != first)];
    }

    static bool IsRefusal(string shell) => Path.GetFileName(shell) is "nologin" or "false" or "true";
}
