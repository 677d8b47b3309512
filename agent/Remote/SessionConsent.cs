using System.Globalization;
using System.Net.WebSockets;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Remote;

/// <summary>Whether a session may begin: the server says on what terms, a plugin asks the person at the device, and this decides. What it does not understand, it refuses.</summary>
sealed partial class SessionConsent(RemoteSessionOffer offer, SessionLine line, IExtensionRegistry extensions, TimeProvider time, ILogger logger)
{
    /// <summary>What a plugin has beyond the question's own time, before it counts as one that does not keep it.</summary>
    static readonly TimeSpan Allowance = TimeSpan.FromSeconds(5);

    const int MaximumName = 100;

    /// <summary>A server that knows nothing of consent wants the person to be told.</summary>
    readonly RemoteConsentTerms _terms = offer.Consent ?? new(RemoteConsentTerms.Notify);
    readonly Lock _gate = new();
    RemoteConsentWord? _said;
    DateTimeOffset _until;

    /// <summary>Whether the person at the device sees that the session runs.</summary>
    public bool IsShown => _terms.Mode != RemoteConsentTerms.Silent;

    /// <summary>Null when the session may begin, and otherwise its end.</summary>
    public async Task<RemoteSessionEnd?> AskAsync(CancellationToken cancellationToken)
    {
        switch (_terms.Mode)
        {
            case RemoteConsentTerms.Notify or RemoteConsentTerms.Silent:
                Say(new(RemoteConsentWord.NotAsked));
                return null;
            case RemoteConsentTerms.Ask:
                return Judge(await AskPersonAsync(cancellationToken));
            default:
                Say(new(RemoteConsentWord.Denied));
                return Refused("The agent on the device does not understand whether it has to ask. Bring agent and server to the same version.");
        }
    }

    /// <summary>Another page looks on, or the server is back: it has heard nothing, or not all.</summary>
    public void SayAgain()
    {
        RemoteConsentWord? word;
        lock (_gate)
        {
            word = _said is { Answer: RemoteConsentWord.Asking } ? _said with { Seconds = Math.Max(0, (int)Math.Ceiling((_until - time.GetUtcNow()).TotalSeconds)) } : _said;
        }

        if (word is not null)
        {
            _ = TellAsync(word);
        }
    }

    /// <summary>The session, as a plugin tells the person of it.</summary>
    public PersonVisit VisitOf(TimeSpan patience) => new(offer.Id, offer.Technician ?? "", offer.Company ?? "", offer.Kind) { ViewOnly = offer.ViewOnly, Patience = patience };

    TimeSpan Patience => TimeSpan.FromSeconds(Math.Clamp(_terms.TimeoutSeconds, 10, 300));

    /// <summary>Each plugin in turn, until one finds somebody.</summary>
    async Task<PersonAnswer> AskPersonAsync(CancellationToken cancellationToken)
    {
        var answer = new PersonAnswer(PersonDecision.Nobody, "The device has no plugin that could ask.");
        var leases = extensions.AcquireAll<IPersonPrompt>();
        foreach (var lease in leases)
        {
            using (lease)
            {
                if (answer.Decision == PersonDecision.Nobody)
                {
                    answer = await AskAsync(lease, cancellationToken);
                }
            }
        }

        return answer;
    }

    async Task<PersonAnswer> AskAsync(ExtensionLease<IPersonPrompt> lease, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Stopping);
        limit.CancelAfter(Patience + Allowance);
        try
        {
            return await lease.Value.AskAsync(VisitOf(Patience), new Asked(Asking), limit.Token) ?? new(PersonDecision.Denied);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return lease.Stopping.IsCancellationRequested ? new(PersonDecision.Denied, "The plugin that asks was replaced meanwhile. Start a new session.") : new(PersonDecision.TimedOut);
        }
        catch (Exception error)
        {
            LogFault(offer.Id, error);
            return new(PersonDecision.Denied, "The plugin that asks has failed; the agent's log on the device says how.");
        }
    }

    RemoteSessionEnd? Judge(PersonAnswer answer)
    {
        var person = _said?.Person;
        LogAnswer(offer.Id, answer.Decision);
        switch (answer.Decision)
        {
            case PersonDecision.Allowed:
                Say(new(RemoteConsentWord.Allowed) { Person = person });
                return null;
            case PersonDecision.TimedOut:
                Say(new(RemoteConsentWord.TimedOut) { Person = person });
                return _terms.OnTimeout == RemoteConsentTerms.Allow ? null : Refused(string.Create(
                    CultureInfo.InvariantCulture, $"Nobody at the device answered within {Patience.TotalSeconds:0} seconds, and without an answer it is not allowed there."));
            case PersonDecision.Nobody:
                Say(new(RemoteConsentWord.Nobody) { Detail = answer.Detail });
                return _terms.WhenNobody == RemoteConsentTerms.Allow ? null : Refused($"Nobody is at the device who could be asked, and without that it is not allowed there. {answer.Detail}".TrimEnd());
            default:
                Say(new(RemoteConsentWord.Denied) { Person = person });
                return Refused(answer.Detail ?? (person is null ? "The person at the device did not allow it." : $"{person} did not allow it."));
        }
    }

    static RemoteSessionEnd Refused(string words) => new(RemoteEndings.NotAllowed, words);

    void Say(RemoteConsentWord word)
    {
        lock (_gate)
        {
            _said = word;
        }

        // Not awaited: where only the server is away, a session over another way goes on, and it hears this when it is back.
        _ = TellAsync(word);
    }

    async Task TellAsync(RemoteConsentWord word)
    {
        try
        {
            await line.SendAsync(new RemoteFrame(RemoteFrameTypes.Consent) { Consent = word }, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Said again over the next connection, or the session is over.
        }
    }

    /// <summary>The question can be seen; what comes after the answer is not heard.</summary>
    void Asking(string name)
    {
        lock (_gate)
        {
            if (_said is not null)
            {
                return;
            }
        }

        _until = time.GetUtcNow() + Patience;
        Say(new(RemoteConsentWord.Asking) { Person = string.IsNullOrWhiteSpace(name) ? null : name.Length > MaximumName ? name[..MaximumName] : name, Seconds = (int)Patience.TotalSeconds });
    }

    sealed class Asked(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Remote session {Id}: asked for consent, the answer is {Decision}")]
    private partial void LogAnswer(Guid id, PersonDecision decision);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Remote session {Id}: the plugin that asks for consent has failed")]
    private partial void LogFault(Guid id, Exception error);
}
