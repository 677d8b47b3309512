namespace Breeze.Features.Scripts;

/// <summary>What a script shall be, whole.</summary>
public sealed record ScriptDraft
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Runtime { get; init; }
    public string? Content { get; init; }
    public IReadOnlyList<ScriptParameter>? Parameters { get; init; }
    public int? TimeoutSeconds { get; init; }

    /// <summary>The version that was read before; null does not check.</summary>
    public int? Version { get; init; }
}
