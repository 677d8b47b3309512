namespace Breeze.Protocol;

/// <summary>Whether the person at the device is asked before a session begins there, and what holds when there is no answer.</summary>
/// <param name="Mode"><c>ask</c>, <c>notify</c> or <c>silent</c>; the agent refuses a session with any other.</param>
public sealed record RemoteConsentTerms(string Mode)
{
    public const string Ask = "ask";
    public const string Notify = "notify";
    public const string Silent = "silent";
    public const string Allow = "allow";
    public const string Deny = "deny";

    /// <summary>How long the question stands.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary><c>allow</c>; anything else is a refusal.</summary>
    public string OnTimeout { get; init; } = Deny;

    /// <summary>When nobody can be asked: <c>allow</c>; anything else is a refusal.</summary>
    public string WhenNobody { get; init; } = Deny;
}
