namespace Breeze.Remote.Terminal;

/// <summary>What differs between operating systems.</summary>
interface ITerminalSystem
{
    /// <summary>The shells that may be asked for; the default is the first.</summary>
    IReadOnlyList<string> Shells { get; }

    /// <summary>Who the shell runs as.</summary>
    string User { get; }

    /// <summary>Starts one of <see cref="Shells"/>; throws an <see cref="IOException"/> that says why it cannot.</summary>
    IPseudoTerminal Start(string shell, TerminalSize size);
}
