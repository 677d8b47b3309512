using Breeze.Sdk;

namespace Breeze.Remote.Consent;

/// <summary>Asks once, and shows a session also to whoever comes only while it runs.</summary>
sealed class ConsentPrompt : IPersonPrompt
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    IPerson? _person;
    TimeProvider _time = TimeProvider.System;

    public string Name => "screen";

    public void Start(IPerson person, TimeProvider time) => (_person, _time) = (person, time);

    public async ValueTask<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken) =>
        await _person!.AskAsync(visit, asked, cancellationToken).ConfigureAwait(false);

    public async Task ShowAsync(PersonVisit visit, CancellationToken cancellationToken)
    {
        _person!.Tell(visit);
        while (!await _person.ShowAsync(visit, cancellationToken).ConfigureAwait(false))
            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
    }
}
