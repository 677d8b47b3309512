namespace Breeze.Protocol;

/// <summary>How far the consent to a session is, as the agent tells it.</summary>
/// <param name="Answer">One of the constants here.</param>
public sealed record RemoteConsentWord(string Answer)
{
    /// <summary>The question can be seen. Said again to each page that comes meanwhile.</summary>
    public const string Asking = "asking";
    public const string Allowed = "allowed";
    public const string Denied = "denied";
    public const string TimedOut = "timed_out";

    /// <summary>Nobody could be asked.</summary>
    public const string Nobody = "nobody";

    /// <summary>Nobody had to be.</summary>
    public const string NotAsked = "not_asked";

    /// <summary>Who is asked, where that is known.</summary>
    public string? Person { get; init; }

    /// <summary>For <see cref="Asking"/>: how long the question still stands.</summary>
    public int? Seconds { get; init; }

    /// <summary>For <see cref="Nobody"/>: why, in a sentence.</summary>
    public string? Detail { get; init; }
}
