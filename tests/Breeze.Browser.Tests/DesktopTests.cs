using Breeze.Plugins.Tests.Remote.Desktop;

namespace Breeze.Browser.Tests;

/// <summary>The screen of this very device, which is a virtual one, in a page.</summary>
public sealed class DesktopTests(Site site)
{
    const string Pixel = "([x, y]) => [...document.querySelector('[data-canvas]').getContext('2d').getImageData(x, y, 1, 1).data.slice(0, 3)]";

    [Fact]
    public async Task A_desktop_opens_by_a_key_shows_the_screen_and_takes_keys_and_clicks()
    {
        using var window = new TestWindow(site.Display.Number, 40, 40, 500, 300);
        window.Fill(0, 0, 250, 300, 0x3366cc);
        window.Fill(250, 0, 250, 300, 0xffcc00);
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await open.GoAsync(site.DevicePath);
        await page.Keyboard.PressAsync("d");
        await page.ToBeAtAsync("/desktop$");
        await page.ClickAsync("button:has-text('Take control')");
        await ShownAsync(page);
        await SeesAsync(page, 100, 100, 0x33, 0x66, 0xcc);
        await SeesAsync(page, 400, 100, 0xff, 0xcc, 0x00);
        (await page.EvaluateAsync<int[]>("() => { const c = document.querySelector('[data-canvas]'); return [c.width, c.height]; }")).ShouldBe([1024, 640]);
        await Assertions.Expect(page.Locator("[data-figures]")).ToContainTextAsync("frames/s");
        (await open.AccessibilityProblemsAsync()).ShouldBeEmpty();
        await open.ScreenshotAsync("desktop-light-1366-window");

        // Where one clicks on the picture, one clicks on the screen, however large it is drawn; keys follow.
        await ClickAsync(page, 140, 240);
        var pressed = await window.NextAsync(TestWindow.ButtonPress);
        (pressed.Detail, pressed.X).ShouldBe(((byte)1, 140), $"at {pressed}");
        Math.Abs(pressed.Y - 240).ShouldBeLessThanOrEqualTo(2);
        window.Focus();
        await page.Keyboard.PressAsync("Shift+KeyQ");
        (await window.NextAsync(TestWindow.KeyPress)).Detail.ShouldBe((byte)50);
        (await window.NextAsync(TestWindow.KeyPress)).Detail.ShouldBe((byte)24);
        (await window.NextAsync(TestWindow.KeyRelease)).Detail.ShouldBe((byte)24);
        (await window.NextAsync(TestWindow.KeyRelease)).Detail.ShouldBe((byte)50);

        // What is pasted is on the device's clipboard before the key is there.
        await page.EvaluateAsync("navigator.clipboard.writeText('from the browser ü')");
        await page.Keyboard.PressAsync("Control+KeyV");
        while ((await window.NextAsync(TestWindow.KeyPress)).Detail != 55)
        {
            // Control comes first.
        }
        (await window.PasteAsync()).ShouldBe("from the browser ü");
        window.Copy("from the device");
        await page.WaitForFunctionAsync("async () => await navigator.clipboard.readText() === 'from the device'");

        // A key that is down when the page loses the focus does not stay down.
        await page.Keyboard.DownAsync("KeyA");
        (await window.NextAsync(TestWindow.KeyPress)).Detail.ShouldBe((byte)38);
        await page.EvaluateAsync("document.activeElement.blur()");
        (await window.NextAsync(TestWindow.KeyRelease)).Detail.ShouldBe((byte)38);
        await page.Keyboard.UpAsync("KeyA");
        await page.Locator("summary:has-text('Keys')").ClickAsync();
        await page.ClickAsync("button:has-text('Ctrl+Alt+Del')");
        foreach (var key in (byte[])[37, 64, 119])
        {
            (await window.NextAsync(TestWindow.KeyPress)).Detail.ShouldBe(key);
        }

        await open.LookAsync("dark", 390);
        await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        await SeesAsync(page, 400, 100, 0xff, 0xcc, 0x00);
        await open.ScreenshotAsync("desktop-dark-390-window");
        await page.ClickAsync("[data-remote-end]");
        await Assertions.Expect(page.Locator("[data-remote-state]")).ToHaveTextAsync("You ended this session.");
        open.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_photo_is_drawn_as_it_is_and_who_only_looks_sends_nothing()
    {
        const int Width = 256, Height = 192;
        using var window = new TestWindow(site.Display.Number, 64, 64, Width, Height);
        var photo = new uint[Width * Height];
        for (var i = 0; i < photo.Length; i++)
        {
            photo[i] = (uint)((i % Width) << 16 | (i / Width) << 8 | 255 - (i % Width + i / Width) / 2 & 0xff);
        }
        window.Paint(0, 0, Width, photo);
        await using var open = await site.OpenAsync();
        var page = open.Page;
        await page.AddInitScriptAsync(
            """
            delete window.RTCPeerConnection;
            window.sent = new Set();
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (data) { if (data instanceof Uint8Array && data[0] === 0) window.sent.add(data[5]); send.call(this, data); };
            """);
        await open.GoAsync(site.DevicePath + "/desktop");
        await page.ClickAsync("button:has-text('Only look')");
        await ShownAsync(page);
        await Assertions.Expect(page.Locator("[data-remote-state]")).ToHaveTextAsync("Via server");
        await page.SelectOptionAsync("[data-sharpness]", "2");
        // Painted anew, it comes as a lossy image, which a browser has to be able to read.
        window.Fill(0, 0, Width, Height, 0);
        await SeesAsync(page, 164, 164, 0, 0, 0);
        window.Paint(0, 0, Width, photo);
        await page.WaitForFunctionAsync($"() => ({Pixel})([164, 164])[2] > 100");
        foreach (var (x, y) in ((int, int)[])[(10, 10), (128, 96), (250, 20), (100, 180), (250, 185)])
        {
            var seen = await page.EvaluateAsync<int[]>(Pixel, (int[])[64 + x, 64 + y]);
            var painted = photo[y * Width + x];
            for (var part = 0; part < 3; part++)
            {
                Math.Abs(seen[part] - (int)(painted >> 16 - 8 * part & 0xff)).ShouldBeLessThan(16, $"part {part} at {x}, {y}");
            }
        }
        await page.SelectOptionAsync("[data-sharpness]", "0");
        var exact = photo[96 * Width + 100];
        await SeesAsync(page, 164, 160, (int)(exact >> 16), (int)(exact >> 8 & 0xff), (int)(exact & 0xff));

        // The pointer of whoever works there is seen.
        await Assertions.Expect(page.Locator("[data-pointer]")).ToBeVisibleAsync();
        await ClickAsync(page, 140, 140);
        await page.Keyboard.PressAsync("KeyQ");
        await Assertions.Expect(page.Locator("[data-control]").First).ToBeHiddenAsync();
        window.Fill(0, 0, Width, Height, 0x00ff00);
        await SeesAsync(page, 164, 164, 0, 0xff, 0);
        // Frames shown, how sharp, pings, which come every few seconds: nothing of what was done.
        await page.WaitForFunctionAsync("() => window.sent.has(10)");
        (await page.EvaluateAsync<int[]>("() => [...window.sent].sort((a, b) => a - b)")).ShouldBe([0, 9, 10]);
        open.Errors.ShouldBeEmpty();
    }

    static Task ShownAsync(IPage page) => page.Locator("[data-remote-desktop][data-state=open][data-frame]").WaitForAsync(new() { Timeout = 60_000 });

    static Task SeesAsync(IPage page, int x, int y, int red, int green, int blue) =>
        page.WaitForFunctionAsync($"() => String(({Pixel})([{x}, {y}])) === '{red},{green},{blue}'", null, new() { Timeout = 20_000 });

    /// <summary>A click on a pixel of the screen that the page shows.</summary>
    static async Task ClickAsync(IPage page, int x, int y)
    {
        var box = await page.EvaluateAsync<double[]>("() => { const b = document.querySelector('[data-canvas]').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }");
        await page.Mouse.ClickAsync((float)(box[0] + (x + 0.5) * box[2] / 1024), (float)(box[1] + (y + 0.5) * box[3] / 640));
    }
}
