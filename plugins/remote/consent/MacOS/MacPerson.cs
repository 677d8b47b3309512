using System.Text;
using Breeze.Sdk;

namespace Breeze.Remote.Consent.MacOS;

/// <summary>
/// Whoever is signed in at the screen of a Mac, by dialogs of AppleScript that run as that user. Names are arguments of the script and no part of it. Written from the documentation; it has
/// not run.
/// </summary>
sealed class MacPerson(IProcessRunner processes) : IPerson
{
    const string Question = """
        on run argv
            set answer to display dialog (item 1 of argv) with title (item 2 of argv) buttons {"Deny", "Allow"} default button "Deny" with icon caution giving up after (item 3 of argv as integer)
            if gave up of answer then return "late"
            return button returned of answer
        end run
        """;

    const string Notice = """
        on run argv
            return button returned of (display dialog (item 1 of argv) with title (item 2 of argv) buttons {"End", "Hide"} default button "Hide")
        end run
        """;

    /// <summary>A session lasts at most twelve hours.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public async Task<PersonAnswer> AskAsync(PersonVisit visit, IProgress<string> asked, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } person)
            return new(PersonDecision.Nobody, "Nobody is signed in at the screen of this device.");
        asked.Report(PromptText.Name(person.Name));
        var seconds = (int)visit.Patience.TotalSeconds;
        var answer = await RunAsync(
            person.User, Question, [$"{PromptText.Who(visit)} {PromptText.What(visit)}", PromptText.Title, $"{seconds}"], visit.Patience + TimeSpan.FromSeconds(3), cancellationToken).ConfigureAwait(false);
        return new(answer switch { "Allow" => PersonDecision.Allowed, "late" => PersonDecision.TimedOut, _ => PersonDecision.Denied });
    }

    public async Task<bool> ShowAsync(PersonVisit visit, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } person)
            return false;
        if (await RunAsync(person.User, Notice, [$"{PromptText.Running(visit)}.", PromptText.Title], Longest, cancellationToken).ConfigureAwait(false) == "End")
            return true;
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Who owns the console; root does while the sign-in screen shows.</summary>
    async Task<(string User, string Name)?> FindAsync(CancellationToken cancellationToken)
    {
        var answer = await OutputAsync(new("/usr/bin/stat", ["-f", "%u %Su", "/dev/console"], TimeSpan.FromSeconds(5)), cancellationToken).ConfigureAwait(false);
        return answer.Split(' ', 2) is [var user, var name] && user != "0" ? (user, name) : null;
    }

    /// <summary>In the user's own session, where there is a screen to draw on. Cancelling ends the process, and the dialog with it.</summary>
    Task<string> RunAsync(string user, string script, string[] arguments, TimeSpan patience, CancellationToken cancellationToken) => OutputAsync(
        new("/bin/launchctl", ["asuser", user, "/usr/bin/sudo", "-u", $"#{user}", "/usr/bin/osascript", "-e", script, .. arguments], patience), cancellationToken);

    async Task<string> OutputAsync(ProcessSpec spec, CancellationToken cancellationToken)
    {
        var output = new Lines();
        var outcome = await processes.RunAsync(spec, output, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return outcome is { End: ProcessEnd.Exited, ExitCode: 0 } ? output.ToString().Trim() : "";
    }

    sealed class Lines : ICommandOutput
    {
        readonly StringBuilder _text = new();

        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
        {
            lock (_text)
            {
                if (stream == OutputStream.Stdout && _text.Length < 1000)
                    _text.Append(Encoding.UTF8.GetString(utf8.Span));
            }
            return ValueTask.CompletedTask;
        }

        public override string ToString()
        {
            lock (_text)
                return _text.ToString();
        }
    }
}
