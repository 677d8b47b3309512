namespace Breeze.Sdk;

/// <summary>
/// How a device asks the person who is at it, and shows them that somebody works on it from afar. The host decides whether to ask and what an answer means; this only asks. Called
/// concurrently for different sessions.
/// </summary>
public interface IPersonPrompt
{
    /// <summary>Unique on a host, such as <c>screen</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Asks whether a session may begin, until somebody answers, the time in the visit is over, or the token is cancelled. What shows has gone when it returns. A fault counts as a refusal.
    /// </summary>
    /// <param name="visit">Who wants to do what. Its texts are made safe to show in one line, and are somebody's words all the same.</param>
    /// <param name="asked">To be told once whom it asks, by name, when the question can be seen; an empty text when that is not known.</param>
    /// <param name="cancellationToken">Cancelled when the session is over.</param>
    ValueTask<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken);

    /// <summary>
    /// Shows for as long as the session lasts that it does, also to whoever signs in only then, with a way to end it.
    /// </summary>
    /// <returns>When the person ended the session. Otherwise it throws <see cref="OperationCanceledException"/> as soon as the token is cancelled, and nothing shows any more.</returns>
    Task ShowAsync(PersonVisit visit, CancellationToken cancellationToken);
}
