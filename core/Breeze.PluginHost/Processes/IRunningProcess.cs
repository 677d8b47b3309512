namespace Breeze.PluginHost.Processes;

/// <summary>A started process, as its operating system runs it. Disposing closes the pipes; it ends nothing.</summary>
interface IRunningProcess : IDisposable
{
    Stream StandardOutput { get; }

    Stream StandardError { get; }

    /// <summary><see langword="null"/> when standard input was empty from the start.</summary>
    Stream? StandardInput { get; }

    /// <summary>Completes with the exit code; 128 + n when signal n ended it.</summary>
    Task<int> Exit { get; }

    /// <summary>Ends the process and everything it started, also what has left its parent.</summary>
    void KillTree();
}
