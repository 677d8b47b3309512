using System.Text;
using Breeze.Remote.Consent;
using Breeze.Remote.Consent.X11;
using Breeze.Plugins.Tests.Remote.Desktop;
using Breeze.Sdk;
using Breeze.Testing;
using Breeze.X11;

namespace Breeze.Plugins.Tests.Remote.Consent;

/// <summary>The question and the bar on a real display, pressed as a mouse presses.</summary>
public sealed class ConsentTests(DisplayFixture fixture) : IClassFixture<DisplayFixture>, IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("breeze-consent-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(XQuestion.AllowColour, PersonDecision.Allowed)]
    [InlineData(XQuestion.DenyColour, PersonDecision.Denied)]
    public async Task Whoever_is_asked_presses_a_button_and_the_window_has_gone(uint colour, PersonDecision decision)
    {
        using var person = new ConsentPeer(fixture.Display.Number);
        var asked = new Asked();
        var asking = person.Prompt().AskAsync(Visit("desktop", 60), asked, Token).AsTask();
        await asked.Task.WaitAsync(Token);
        var button = await person.SeesAsync(colour);
        await person.PressAsync(button, asking);
        (await asking).ShouldBe(new PersonAnswer(decision));
        await person.SeesNoneAsync(colour);
    }

    [Fact]
    public async Task A_press_that_a_program_only_says_there_was_does_not_count()
    {
        const uint Colour = 0x123456;
        using var person = new ConsentPeer(fixture.Display.Number);
        using var sheet = new XSheet(XConnection.Open(fixture.Display.Number, []), Colour);
        sheet.ShowAt(10, 10, 41, 41);
        var (x, y) = await person.SeesAsync(Colour);
        person.Pretend((x, y));
        person.PressOnce((x + 5, y));
        XSheetEvent? pressed;
        do
        {
            pressed = await sheet.NextAsync(TimeSpan.FromSeconds(20), Token);
        }
        while (pressed is { Kind: not XSheetEventKind.Pressed });
        pressed.ShouldBe(new(XSheetEventKind.Pressed, 25, 20));
    }

    [Fact]
    public async Task Who_does_not_answer_has_not_allowed_and_a_session_that_is_over_asks_no_more()
    {
        using var person = new ConsentPeer(fixture.Display.Number);
        var prompt = person.Prompt();
        (await prompt.AskAsync(Visit("terminal", 1), new Asked(), Token)).ShouldBe(new PersonAnswer(PersonDecision.TimedOut));
        using var over = new CancellationTokenSource();
        var asked = new Asked();
        var asking = prompt.AskAsync(Visit("terminal", 60), asked, over.Token).AsTask();
        await asked.Task.WaitAsync(Token);
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asking);
        await person.SeesNoneAsync(XQuestion.AllowColour);
    }

    [Fact]
    public async Task The_bar_stands_while_sessions_run_and_ends_the_latest()
    {
        using var person = new ConsentPeer(fixture.Display.Number);
        var prompt = person.Prompt();
        using var over = new CancellationTokenSource();
        var first = prompt.ShowAsync(Visit("files"), over.Token);
        var alone = await person.SeesAsync(XBar.EndColour);
        var second = prompt.ShowAsync(Visit("desktop"), over.Token);
        // Its text is longer, so the button stands elsewhere.
        await person.PressAsync(await person.SeesAsync(XBar.EndColour, before: alone), second);
        await second;
        // The other one goes on, and can be seen.
        first.IsCompleted.ShouldBeFalse();
        (await person.SeesAsync(XBar.EndColour)).ShouldNotBe(default);
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await person.SeesNoneAsync(XBar.EndColour);
    }

    [Fact]
    public async Task A_display_that_goes_away_takes_its_question_along_and_nobody_is_nobody()
    {
        using var display = await VirtualDisplay.StartAsync("300x200", cancellationToken: Token);
        using var person = new ConsentPeer(display.Number);
        var (prompt, asked) = (person.Prompt(), new Asked());
        var asking = prompt.AskAsync(Visit("files", 60), asked, Token).AsTask();
        await asked.Task.WaitAsync(Token);
        using var over = new CancellationTokenSource();
        var showing = prompt.ShowAsync(Visit("files"), over.Token);
        await person.SeesAsync(XBar.EndColour);
        display.Kill();
        // Leaving is no answer.
        (await asking).Decision.ShouldBe(PersonDecision.TimedOut);
        var nobody = await prompt.AskAsync(Visit("files", 60), new Asked(), Token);
        nobody.Decision.ShouldBe(PersonDecision.Nobody);
        nobody.Detail!.ShouldContain("does not answer");
        showing.IsCompleted.ShouldBeFalse();
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(showing);
    }

    [Fact]
    public async Task Text_terminals_get_a_line_without_anything_that_could_act_in_it()
    {
        Directory.CreateDirectory(Path.Join(_folder, "pts"));
        foreach (var terminal in (string[])["tty1", "pts/3", "pts/4"])
            await File.WriteAllTextAsync(Path.Join(_folder, terminal), "", Token);
        await File.WriteAllBytesAsync(Path.Join(_folder, "utmp"), [.. Entry("tty1", ""), .. Entry("pts/3", "192.0.2.1"), .. Entry("pts/4", ":0"), .. Entry("../secret", "")], Token);
        using var person = new ConsentPeer(fixture.Display.Number);
        using var over = new CancellationTokenSource();
        var showing = person.Prompt(new(Path.Join(_folder, "utmp"), _folder)).ShowAsync(Visit("terminal") with { Technician = "\u001b[31mAnn\u202E" }, over.Token);
        (await File.ReadAllTextAsync(Path.Join(_folder, "tty1"), Token)).ShouldBe("\r\nRemote access: [31mAnn of Contoso IT is connected (terminal).\r\n");
        (await File.ReadAllTextAsync(Path.Join(_folder, "pts/3"), Token)).ShouldContain("Contoso IT");
        // One on a display has the bar.
        (await File.ReadAllTextAsync(Path.Join(_folder, "pts/4"), Token)).ShouldBeEmpty();
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(showing);
    }

    [Fact]
    public void Names_stay_short_and_say_nothing_else_and_people_are_called_as_the_system_does()
    {
        PromptText.Who(Visit("files") with { Technician = new string('x', 300) }).Length.ShouldBeLessThan(80);
        PromptText.Running(Visit("files") with { Technician = " \r\n\t", Company = "" }).ShouldBe("Somebody is connected (files)");
        PromptText.What(Visit("hologram\u0007")).ShouldBe("wants to use \"hologram\" on this computer.");
        PromptText.What(Visit("desktop") with { ViewOnly = true }).ShouldBe("wants to see this screen.");
        File.WriteAllText(Path.Join(_folder, "passwd"), "root:x:0:0::/root:/bin/sh\nmaria:x:1000:1000:Maria Sol,,,:/home/maria:/bin/sh\n");
        People.NameOf(1000, Path.Join(_folder, "passwd")).ShouldBe("Maria Sol");
        People.NameOf(0, Path.Join(_folder, "passwd")).ShouldBe("root");
        People.NameOf(7, Path.Join(_folder, "passwd")).ShouldBeEmpty();
    }

    static PersonVisit Visit(string kind, int seconds = 0) => new(Guid.NewGuid(), "Ann", "Contoso IT", kind) { Patience = TimeSpan.FromSeconds(seconds) };

    /// <summary>A record as glibc lays it out on this machine.</summary>
    static byte[] Entry(string line, string host)
    {
        var record = new byte[System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 400 : 384];
        record[0] = 7;
        Encoding.ASCII.GetBytes(line, record.AsSpan(8));
        Encoding.ASCII.GetBytes("maria", record.AsSpan(44));
        Encoding.ASCII.GetBytes(host, record.AsSpan(76));
        return record;
    }

    sealed class Asked : IProgress<string>
    {
        readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Task => _asked.Task;

        public void Report(string value) => _asked.TrySetResult(value);
    }
}
