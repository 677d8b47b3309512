using Breeze.Remote.Desktop.Keys;
using Breeze.Remote.Desktop.X11;
using Breeze.Testing;
using Breeze.X11;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>The desktop of a real X server, looked at and worked with.</summary>
public sealed class DesktopTests(DisplayFixture fixture) : IClassFixture<DisplayFixture>
{
    VirtualDisplay Display => fixture.Display;

    [Fact]
    public async Task The_picture_is_the_screens_pixel_for_pixel_photos_after_a_moment()
    {
        using var window = new TestWindow(Display.Number, 10, 10, 460, 280);
        window.Paint(20, 20, 200, Photo(200, 120));
        window.Paint(240, 20, 180, Text(180, 120));
        await using var peer = new DesktopPeer(Display.Name);
        await peer.UntilAsync(() => peer.Frames > 0);
        (peer.Width, peer.Height).ShouldBe((DisplayFixture.Width, DisplayFixture.Height));
        peer.Photos.ShouldBeGreaterThan(0);
        await peer.UntilSameAsync(window);
        peer.Cursor.Length.ShouldBeGreaterThan(0);
        peer.Info.GetProperty("desktop").GetString().ShouldBe($"X11 {Display.Name}");
    }

    [Fact]
    public async Task A_window_that_moves_is_followed_and_what_stands_still_is_not_sent_again()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 120, 90);
        window.Paint(0, 0, 120, Text(120, 90));
        await using var peer = new DesktopPeer(Display.Name);
        await peer.UntilSameAsync(window);
        for (var step = 1; step <= 8; step++)
        {
            window.MoveTo(step * 37, step * 19);
            await peer.UntilSameAsync(window);
        }
        await peer.DrainAsync(TimeSpan.FromMilliseconds(500));
        var frames = peer.Frames;
        await peer.DrainAsync(TimeSpan.FromMilliseconds(400));
        peer.Frames.ShouldBe(frames);
    }

    [Fact]
    public async Task A_browser_that_does_not_answer_gets_two_frames_and_then_the_newest()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 200, 200);
        await using var peer = new DesktopPeer(Display.Name) { Answers = false };
        await peer.UntilAsync(() => peer.Frames == 1);
        for (var i = 0; i < 10; i++)
        {
            window.Fill(0, 0, 100, 100, (uint)(0x101010 * i));
            await peer.DrainAsync(TimeSpan.FromMilliseconds(50));
        }
        peer.Frames.ShouldBe(2);
        peer.Answers = true;
        peer.Channel.Send(0, 0, 0, 0, 2);
        await peer.UntilSameAsync(window);
        // A frame that never went is no answer to any.
        peer.Channel.Send(0, 255, 255, 255, 255);
        window.Fill(0, 0, 100, 100, 0xabcdef);
        await peer.UntilSameAsync(window);
    }

    [Fact]
    public async Task Keys_of_every_class_arrive_by_their_place()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 100, 100);
        await using var peer = await StartAsync(window);
        foreach (var code in (string[])["KeyQ", "Digit7", "ArrowLeft", "F12", "NumpadEnter", "ShiftRight", "ControlLeft", "AltRight", "MetaLeft", "Delete", "IntlBackslash", "Escape", "Tab"])
        {
            peer.Key(code, true);
            peer.Key(code, false);
            var number = (byte)(PhysicalKeys.Find(code)!.Evdev + 8);
            (await window.NextAsync(TestWindow.KeyPress, TestWindow.KeyRelease)).ShouldSatisfyAllConditions(e => e.Kind.ShouldBe(TestWindow.KeyPress), e => e.Detail.ShouldBe(number));
            (await window.NextAsync(TestWindow.KeyPress, TestWindow.KeyRelease)).ShouldSatisfyAllConditions(e => e.Kind.ShouldBe(TestWindow.KeyRelease), e => e.Detail.ShouldBe(number));
        }
        // Not a key, and not even a name: nothing comes of it, and the session goes on.
        peer.Key("KeyQQ", true);
        peer.Channel.Send(4);
        peer.Channel.Send(4, 1, 0xff, 0xff);
        peer.Channel.Send(99, 1, 2, 3);
        peer.Key("KeyA", true);
        (await window.NextAsync(TestWindow.KeyPress)).Detail.ShouldBe((byte)38);
    }

    [Fact]
    public async Task Nothing_stays_held_down_when_a_session_ends()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 100, 100);
        var peer = await StartAsync(window);
        peer.Key("ShiftLeft", true);
        peer.Key("KeyX", true);
        peer.Button(0, true, 20, 20);
        await window.NextAsync(TestWindow.ButtonPress);
        window.Held().ShouldBe((2, 0x100));
        peer.Channel.Leave();
        (await peer.End).Reason.ShouldBe("closed");
        window.Held().ShouldBe((0, 0));
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task The_pointer_moves_clicks_and_turns_its_wheel()
    {
        using var window = new TestWindow(Display.Number, 50, 40, 100, 100);
        await using var peer = await StartAsync(window);
        peer.Move(80, 90);
        (await window.NextAsync(TestWindow.Motion)).ShouldSatisfyAllConditions(e => e.X.ShouldBe(80), e => e.Y.ShouldBe(90));
        foreach (var (button, number) in ((int, byte)[])[(0, 1), (1, 2), (2, 3)])
        {
            peer.Button(button, true, 60, 61);
            peer.Button(button, false, 60, 61);
            var pressed = await window.NextAsync(TestWindow.ButtonPress);
            (pressed.Detail, pressed.X, pressed.Y).ShouldBe((number, 60, 61));
            (await window.NextAsync(TestWindow.ButtonRelease)).Detail.ShouldBe(number);
        }
        peer.Wheel(0, -2);
        peer.Wheel(1, 0);
        foreach (var number in (byte[])[4, 4, 7])
            (await window.NextAsync(TestWindow.ButtonPress)).Detail.ShouldBe(number);
    }

    [Fact]
    public async Task A_text_is_typed_whatever_the_keyboard()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 100, 100);
        await using var peer = await StartAsync(window);
        const string Text = "aZ1 €Ж😀";
        peer.Text(Text);
        var shift = PhysicalKeys.Find("ShiftLeft")!.Evdev + 8;
        foreach (var character in Text.EnumerateRunes())
        {
            var shifted = false;
            var pressed = await window.NextAsync(TestWindow.KeyPress);
            if (pressed.Detail == shift)
                (shifted, pressed) = (true, await window.NextAsync(TestWindow.KeyPress));
            window.SymbolOf(pressed.Detail, shifted).ShouldBe(XKeysyms.Of(character));
        }
    }

    [Fact]
    public async Task Who_may_only_look_sees_everything_and_does_nothing()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 200, 200);
        await using var looking = new DesktopPeer(Display.Name, viewOnly: true);
        await looking.UntilSameAsync(window);
        looking.Info.GetProperty("view_only").GetBoolean().ShouldBeTrue();
        looking.Key("KeyX", true);
        looking.Button(0, true, 5, 5);
        looking.Text("x");
        looking.Copy("from who may only look");
        window.Copy("a secret");
        window.Fill(0, 0, 50, 50, 0xff8800);
        await looking.UntilSameAsync(window);
        (await window.PasteAsync()).ShouldBe("a secret");
        looking.Clipboards.ShouldBeEmpty();
        looking.Activities.ShouldBeEmpty();

        // The first that the window hears of is what somebody with more rights does.
        await using var peer = await StartAsync(window);
        peer.Key("KeyB", true);
        (await window.NextAsync(TestWindow.KeyPress, TestWindow.ButtonPress)).Detail.ShouldBe((byte)56);
        peer.Move(123, 45);
        await looking.UntilAsync(() => looking.Pointer == (123, 45));
        peer.Pointer.ShouldBeNull();
    }

    [Fact]
    public async Task The_clipboard_goes_both_ways_and_the_log_says_how_much()
    {
        using var window = new TestWindow(Display.Number, 0, 0, 100, 100);
        await using var peer = await StartAsync(window);
        var large = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i} ü "));
        foreach (var text in (string[])["Zwölf Boxkämpfer", large])
        {
            window.Copy(text);
            await peer.UntilAsync(() => peer.Clipboards.Contains(text));
            peer.Copy("back: " + text);
            await peer.UntilAsync(() => peer.Activities.Count(a => a.Action == "clipboard_sent") == (text == large ? 2 : 1) || Poll());
            (await window.PasteAsync()).ShouldBe("back: " + text);
        }
        peer.Activities.Select(a => (a.Action, a.Bytes)).ShouldBe(
        [
            ("clipboard_received", 18), ("clipboard_sent", 24), ("clipboard_received", System.Text.Encoding.UTF8.GetByteCount(large)),
            ("clipboard_sent", System.Text.Encoding.UTF8.GetByteCount(large) + 6),
        ]);
        peer.Activities.ShouldAllBe(a => a.Target == "text" && a.Detail == null);

        // Asks the session for a message, so that the condition is looked at again.
        bool Poll()
        {
            peer.Channel.Send(10, 0, 0, 0, 1);
            return false;
        }
    }

    [Fact]
    public async Task A_second_monitor_is_shown_by_option_and_pointed_at_in_its_own_pixels()
    {
        using var display = await VirtualDisplay.StartAsync("400x200", cancellationToken: TestContext.Current.CancellationToken);
        using var window = new TestWindow(display.Number, 0, 0, 400, 200);
        window.Paint(0, 0, 400, Text(400, 200));
        var monitors = window.Display.Extension("RANDR")!.Value.Opcode;
        foreach (var (name, x) in ((string, int)[])[("left", 0), ("right", 250)])
            SetMonitor(window.Display, monitors, name, x, x == 0 ? 250 : 150);
        await using var peer = new DesktopPeer(display.Name, """{"monitor":1}""");
        await peer.UntilAsync(() => peer.Frames > 0);
        peer.Info.GetProperty("monitors").EnumerateArray().Select(m => m.GetProperty("name").GetString()).ShouldBe(["left", "right", "screen"]);
        (peer.Width, peer.Height).ShouldBe((150, 200));
        await peer.UntilSameAsync(window, 250);
        peer.Move(10, 20);
        (await window.NextAsync(TestWindow.Motion)).X.ShouldBe(260);
        peer.Channel.Send(8, 0);
        await peer.UntilAsync(() => peer.Width == 250);
        await peer.UntilSameAsync(window);
        peer.Channel.Send(8, 200);
        await peer.UntilAsync(() => peer.Width == 400);
    }

    [Fact]
    public async Task A_display_that_is_lost_ends_the_session_with_words()
    {
        using var display = await VirtualDisplay.StartAsync("200x100", cancellationToken: TestContext.Current.CancellationToken);
        await using var peer = new DesktopPeer(display.Name);
        await peer.UntilAsync(() => peer.Frames > 0);
        display.Kill();
        var end = await peer.End.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        end.Reason.ShouldBe("exited");
        end.Message!.ShouldContain("Start a new session");
    }

    [Theory]
    [InlineData("""{"monitor":-1}""")]
    [InlineData("""{"monitor":"first"}""")]
    [InlineData("""[1]""")]
    public async Task Options_that_cannot_be_meant_are_refused_with_words(string options)
    {
        await using var peer = new DesktopPeer(Display.Name, options);
        var end = await peer.End;
        end.Reason.ShouldBe("failed");
        end.Message!.ShouldContain("monitor");
    }

    async Task<DesktopPeer> StartAsync(TestWindow window)
    {
        var peer = new DesktopPeer(Display.Name);
        await peer.UntilAsync(() => peer.Frames > 0);
        window.Focus();
        return peer;
    }

    static void SetMonitor(XConnection display, byte opcode, string name, int x, int width) => display.Send(
        new XRequest(stackalloc byte[64], opcode, 43).U32(display.Setup.Root).U32(display.Atom(name)).U8(x == 0 ? (byte)1 : (byte)0).U8(0).U16(0).U16(x).U16(0).U16(width).U16(200)
            .U32(100).U32(100).Done());

    static uint Noise(int i) => unchecked((uint)i * 2654435761);

    static uint[] Photo(int width, int height) =>
        [.. Enumerable.Range(0, width * height).Select(i => (uint)(i % width * 255 / width) << 16 | (uint)(i / width * 255 / height) << 8 | Noise(i) >> 26)];

    /// <summary>Few colours and many edges.</summary>
    static uint[] Text(int width, int height) =>
        [.. Enumerable.Range(0, width * height).Select(i => (Noise(i) >> 28) switch { 0 => 0u, 1 => 0x808080u, 2 => 0xc0c0c0u, _ => 0xffffffu - (uint)(i / width / 40 * 0x0f0f00) })];
}
