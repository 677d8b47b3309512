namespace Breeze.Features.Policies;

/// <summary>What a policy shall be, whole.</summary>
public sealed record PolicyDraft
{
    public string? Name { get; init; }
    public string? Description { get; init; }

    /// <summary>Null leaves it as it is; a new one is switched on.</summary>
    public bool? Enabled { get; init; }
    public string? Target { get; init; }
    public IReadOnlyList<PolicyCheck>? Checks { get; init; }

    /// <summary>The version that was read before; null does not check.</summary>
    public int? Version { get; init; }
}
