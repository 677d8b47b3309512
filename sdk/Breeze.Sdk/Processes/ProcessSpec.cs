namespace Breeze.Sdk;

/// <summary>A process to start.</summary>
/// <param name="FileName">The executable: a full path, or a name to look up on the search path.</param>
/// <param name="Arguments">Handed over one by one; no shell ever sees them.</param>
/// <param name="Timeout">After which the whole tree is ended.</param>
public sealed record ProcessSpec(string FileName, IReadOnlyList<string> Arguments, TimeSpan Timeout)
{
    /// <summary>Where to run; the directory must exist. <see langword="null"/> means the host's own scratch directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to the host's environment, from which everything that could be a secret of the host was removed.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Text for standard input, which is closed afterwards. Without it standard input is empty.</summary>
    public ReadOnlyMemory<byte> StandardInput { get; init; }
}
