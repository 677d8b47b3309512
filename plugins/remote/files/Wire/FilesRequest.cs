namespace Breeze.Remote.Files.Wire;

/// <summary>What the page asks for. It is input: everything may be missing or wrong.</summary>
/// <param name="Id">Of the request and of the transfer that it begins; above zero, and not one that still runs.</param>
/// <param name="Op">What to do: see README.md.</param>
sealed record FilesRequest(uint Id, string? Op)
{
    public string? Path { get; init; }

    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The new name, or the folder to go to.</summary>
    public string? To { get; init; }

    public string? Pattern { get; init; }

    public bool Replace { get; init; }

    public bool Recursive { get; init; }

    public int? Mode { get; init; }

    public string? Owner { get; init; }

    public string? Group { get; init; }

    public long? Size { get; init; }

    public long? Offset { get; init; }

    public string? Version { get; init; }

    public string? Sha256 { get; init; }

    /// <summary>For a transfer that is cancelled: what was uploaded so far goes too.</summary>
    public bool Discard { get; init; }
}
