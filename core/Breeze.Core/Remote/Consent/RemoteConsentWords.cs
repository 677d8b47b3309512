using Breeze.Core.Transport;
using Breeze.Protocol;

namespace Breeze.Core.Remote.Consent;

/// <summary>What a device says of consent, made safe to keep and to pass on.</summary>
public static class RemoteConsentWords
{
    const int MaximumName = 100;
    const int MaximumDetail = 500;

    /// <summary>Null for what is no word of it.</summary>
    public static RemoteConsentWord? Clean(RemoteConsentWord? word) => word?.Answer is RemoteConsentWord.Asking or RemoteConsentWord.Allowed or RemoteConsentWord.Denied
        or RemoteConsentWord.TimedOut or RemoteConsentWord.Nobody or RemoteConsentWord.NotAsked
        ? new(word.Answer)
        {
            Person = Text(word.Person, MaximumName), Detail = Text(word.Detail, MaximumDetail),
            Seconds = word is { Answer: RemoteConsentWord.Asking, Seconds: { } seconds } ? Math.Clamp(seconds, 0, 300) : null,
        }
        : null;

    static string? Text(string? text, int maximum) => text is null ? null : AgentText.Clean(text, maximum) is { Length: > 0 } clean ? clean : null;
}
