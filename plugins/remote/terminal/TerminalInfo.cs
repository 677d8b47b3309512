namespace Breeze.Remote.Terminal;

/// <summary>What runs, for the browser.</summary>
/// <param name="Shells">What a next session can ask for.</param>
sealed record TerminalInfo(string Shell, IReadOnlyList<string> Shells, string User, int Pid)
{
    /// <summary>How many bytes that follow were shown before; null for a terminal that has just begun.</summary>
    public int? Replay { get; init; }
}
