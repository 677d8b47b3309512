namespace Breeze.Sdk;

/// <summary>Something that was done in a session. The server keeps it as an audit entry <c>remote.{kind}.{action}</c> of the technician's.</summary>
/// <param name="action">In the past tense, lower-case letters and underscores, at most 32: <c>uploaded</c>.</param>
/// <param name="target">What it was done to, such as a path; the server keeps 1000 characters.</param>
public sealed class RemoteActivity(string action, string target)
{
    /// <summary>What was done.</summary>
    public string Action { get; } = action;

    /// <summary>What it was done to.</summary>
    public string Target { get; } = target;

    /// <summary>How it ended, when not as wanted: <c>cancelled</c>, or the word of a fault.</summary>
    public string? Outcome { get; init; }

    /// <summary>More about it, such as the new name or mode.</summary>
    public string? Detail { get; init; }

    /// <summary>How many things it concerned, with those below a folder.</summary>
    public long? Items { get; init; }

    /// <summary>How much was carried.</summary>
    public long? Bytes { get; init; }

    /// <summary>Of what was carried, in hexadecimal.</summary>
    public string? Sha256 { get; init; }
}
