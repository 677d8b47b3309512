using System.Text;
using System.Text.Json;
using Breeze.Remote.Terminal;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Remote;

/// <summary>What is kept of a terminal that is recorded.</summary>
public sealed class TerminalRecordingTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recording_shows_what_the_technician_saw_and_nothing_that_was_only_typed()
    {
        var recording = new MemoryRecording();
        await using var terminal = await TerminalSession.StartAsync("""{"shell":"/bin/bash","columns":100,"rows":30}""", recording: recording);
        terminal.Shown.ShouldStartWith("\e[3mThis session is recorded.\e[0m\r\n");
        // A character in two pieces, one that JSON has to escape, and something that is no text.
        await terminal.RunAsync("printf '\\303'; sleep 0.2; printf '\\274 \\042 \\377\\n'");
        terminal.Channel.Resize(90, 25);
        await terminal.RunAsync("stty size");
        terminal.Channel.Type("read -r secret; echo $((6*7))\n");
        terminal.Channel.Type("pass-word\n");
        await terminal.SeesAsync("42\r\n");
        terminal.Channel.Type("exit\n");
        await terminal.ReadToExitAsync();
        await terminal.End;

        var lines = recording.Text.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        var header = lines[0];
        (header.GetProperty("version").GetInt32(), header.GetProperty("width").GetInt32(), header.GetProperty("height").GetInt32()).ShouldBe((2, 100, 30));
        header.GetProperty("env").GetProperty("SHELL").GetString().ShouldBe("/bin/bash");
        var events = lines[1..].Select(line => (At: line[0].GetDecimal(), Code: line[1].GetString(), Data: line[2].GetString())).ToList();
        string.Concat(events.Where(e => e.Code == "o").Select(e => e.Data)).ShouldBe(terminal.Shown);
        terminal.Shown.ShouldContain("ü \" \uFFFD\r\n");
        events.Where(e => e.Code == "r").Select(e => e.Data).ShouldBe(["90x25"]);
        events.Select(e => e.Code).Distinct().Order().ShouldBe(["o", "r"]);
        events.Select(e => e.At).ShouldBe(events.Select(e => e.At).Order());
        events[0].At.ShouldBeGreaterThanOrEqualTo(0);
        recording.Text.ShouldNotContain("pass-word");
    }

    [Fact]
    public async Task Nothing_is_shown_that_cannot_be_recorded_and_the_session_can_still_be_left()
    {
        var recording = new MemoryRecording();
        await using var terminal = await TerminalSession.StartAsync(recording: recording);
        recording.IsFull = true;
        terminal.Channel.Type("echo un''seen\n");
        await recording.Waits.WaitAsync(TimeSpan.FromSeconds(20), Token);
        terminal.Shown.ShouldNotContain("unseen");
        terminal.Channel.Leave();
        (await terminal.End.WaitAsync(TimeSpan.FromSeconds(20), Token)).Reason.ShouldBe("closed");
    }

    sealed class MemoryRecording : IRemoteRecording
    {
        readonly StringBuilder _text = new();
        readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool IsFull;

        public Task Waits => _waits.Task;

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString();
            }
        }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            if (IsFull)
            {
                _waits.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            lock (_text)
                _text.Append(Encoding.UTF8.GetString(content.Span));
        }
    }
}
