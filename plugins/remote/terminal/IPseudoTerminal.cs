namespace Breeze.Remote.Terminal;

/// <summary>
/// A shell on a pseudo terminal. One thread reads and one writes, each blocking; everything else is safe from any thread. Disposing takes an ended one whose reader and
/// writer have returned.
/// </summary>
interface IPseudoTerminal : IDisposable
{
    int ProcessId { get; }

    /// <summary>The shell's exit code, when it has ended.</summary>
    Task<int> Exit { get; }

    /// <summary>Blocks until there is output; 0 when no more will come.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Blocks until the terminal has taken all of it, or has ended.</summary>
    void Write(ReadOnlySpan<byte> input);

    void Resize(TerminalSize size);

    /// <summary>
    /// Ends the shell and what runs in its session. What was written until then can still be read. Safe to call again.
    /// </summary>
    void End();
}
