namespace Breeze.PluginHost.Processes;

/// <summary>A checked request to start a process: everything resolved, nothing left to look up.</summary>
sealed record ProcessLaunch(
    string Executable,
    IReadOnlyList<string> Arguments,
    string Directory,
    IReadOnlyDictionary<string, string> Environment,
    ReadOnlyMemory<byte> StandardInput);

/// <summary>A process, or the reason why there is none.</summary>
readonly record struct ProcessStart(IRunningProcess? Process, string? Error) : IDisposable
{
    public void Dispose() => Process?.Dispose();
}
