namespace Breeze.Remote.Terminal.Windows;

/// <summary>Windows: those of its three shells that are there, as the agent's user. Needs Windows 10 1809 or Server 2019.</summary>
sealed class WindowsTerminalSystem : ITerminalSystem
{
    static readonly Version First = new(10, 0, 17763);

    static IEnumerable<(string Name, string File)> Known =>
    [
        ("powershell", Path.Combine(Environment.SystemDirectory, "WindowsPowerShell", "v1.0", "powershell.exe")),
        ("pwsh", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PowerShell", "7", "pwsh.exe")),
        ("cmd", Path.Combine(Environment.SystemDirectory, "cmd.exe")),
    ];

    public IReadOnlyList<string> Shells { get; } = [.. Known.Where(shell => File.Exists(shell.File)).Select(shell => shell.Name)];

    public string User => $"{Environment.UserDomainName}\\{Environment.UserName}";

    public IPseudoTerminal Start(string shell, TerminalSize size) => Environment.OSVersion.Version < First
        ? throw new IOException("a terminal takes Windows 10 version 1809, Windows Server 2019 or later.")
        : WindowsPseudoTerminal.Start(Known.First(known => known.Name == shell).File, size);
}
