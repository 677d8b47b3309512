namespace Breeze.Protocol;

/// <summary>What was done in a remote session, as the agent tells it.</summary>
/// <param name="Action">Lower-case letters and underscores, at most 32.</param>
/// <param name="Target">Such as a path.</param>
public sealed record RemoteActivityNote(string Action, string Target)
{
    /// <summary>How it ended, when not as wanted.</summary>
    public string? Outcome { get; init; }

    /// <summary>More about it.</summary>
    public string? Detail { get; init; }

    /// <summary>How many things it concerned.</summary>
    public long? Items { get; init; }

    /// <summary>How much was carried.</summary>
    public long? Bytes { get; init; }

    /// <summary>Of what was carried, in hexadecimal.</summary>
    public string? Sha256 { get; init; }
}
