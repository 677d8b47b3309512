namespace Breeze.Sdk;

/// <summary>A script to run.</summary>
/// <param name="CommandId">The command that asked for it.</param>
/// <param name="Content">The source text, with line ends as the author wrote them.</param>
/// <param name="Timeout">After which the whole process tree is ended.</param>
public sealed record ScriptRequest(Guid CommandId, string Content, TimeSpan Timeout)
{
    /// <summary>
    /// Values for the script. A runtime hands each to the process as an environment variable of that name, so that no value is ever
    /// interpreted as code. Names match <c>[A-Za-z_][A-Za-z0-9_]{0,63}</c>; the host has checked that.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Where to run; <see langword="null"/> lets the runtime make an empty directory and remove it afterwards.</summary>
    public string? WorkingDirectory { get; init; }
}
