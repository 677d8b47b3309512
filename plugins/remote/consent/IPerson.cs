using Breeze.Sdk;

namespace Breeze.Remote.Consent;

/// <summary>Whoever is signed in at the device: what differs between operating systems.</summary>
interface IPerson
{
    /// <summary>As <see cref="IPersonPrompt.AskAsync"/>.</summary>
    Task<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken);

    /// <summary>Says once that a session begins, where nothing can be shown for as long as it runs.</summary>
    void Tell(PersonVisit visit)
    {
    }

    /// <summary>Shows the session until the token is cancelled: true when the person ended it, false when there is nobody, or nobody any more, to show it to.</summary>
    Task<bool> ShowAsync(PersonVisit visit, CancellationToken cancellationToken);
}
