using Breeze.Sdk;
using Breeze.X11;

namespace Breeze.Remote.Consent.X11;

/// <summary>Whoever is signed in at an X display of this machine; people at text terminals are told by a line.</summary>
sealed class XPerson(ConsentSettings settings, TextTerminals? terminals = null) : IPerson
{
    readonly TextTerminals _terminals = terminals ?? new();
    readonly XBar _bar = new(() => Open(settings).Display);

    public async Task<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken)
    {
        XConnection display;
        string person;
        try
        {
            (display, person) = Open(settings);
        }
        catch (XException nobody)
        {
            return new(PersonDecision.Nobody, nobody.Message);
        }
        var isShown = false;
        try
        {
            using (display)
            {
                return new(await new XQuestion(display, visit, TimeProvider.System).AskAsync(() =>
                {
                    isShown = true;
                    asked.Report(person);
                }, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (XException fault)
        {
            // Who could see the question left without an answer.
            return isShown ? new(PersonDecision.TimedOut) : new(PersonDecision.Nobody, fault.Message);
        }
    }

    public void Tell(PersonVisit visit) => _terminals.Tell(PromptText.Running(visit));

    public Task<bool> ShowAsync(PersonVisit visit, CancellationToken cancellationToken) => _bar.ShowAsync(visit, cancellationToken);

    static (XConnection Display, string Person) Open(ConsentSettings settings)
    {
        var found = new XDisplays().Find(settings.Display, settings.Authority, Environment.GetEnvironmentVariable);
        return (XConnection.Open(found.Number, XAuthority.KeyFor(found.Number, found.Authority), found.User), found.User is { } user ? People.NameOf(user) : "");
    }
}
