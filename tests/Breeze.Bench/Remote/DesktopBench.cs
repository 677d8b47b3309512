using System.Diagnostics;
using System.Text.Json;
using Breeze.Bench.Report;
using Breeze.Plugins.Tests.Remote.Desktop;
using Breeze.Remote.Desktop;
using Breeze.Remote.Desktop.X11;
using Breeze.Sdk;
using Breeze.Testing;

namespace Breeze.Bench.Remote;

/// <summary>
/// A desktop of 1920 by 1080 on a virtual display, without a network and without a browser's drawing: what the device's end of it costs. The display is another process; the program that moves its
/// window and the reader of the frames are in this one, and in its processor time.
/// </summary>
static class DesktopBench
{
    const int Width = 800;
    const int Height = 600;

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        List<double> frames = [], cores = [], delays = [], floors = [], idle = [];
        for (var run = 0; run < options.Runs; run++)
        {
            using var display = await VirtualDisplay.StartAsync("1920x1080");
            using var window = new TestWindow(display.Number, 0, 0, Width, Height);
            window.Paint(0, 0, Width, Content());
            await using var browser = new Browser(display.Name);
            await browser.UntilAsync(() => browser.Frames > 0);
            var seconds = options.Quick ? 3 : 10;
            var (moved, busy) = await MoveAsync(window, browser, seconds);
            frames.Add(moved);
            cores.Add(busy);
            window.MoveTo(0, 0);
            await browser.DrainAsync(TimeSpan.FromSeconds(2));
            var before = Environment.CpuUsage.TotalTime;
            await browser.DrainAsync(TimeSpan.FromSeconds(seconds));
            idle.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds / seconds);
            var (delay, floor) = await AnswerAsync(window, browser, options.Quick ? 20 : 100);
            delays.Add(delay);
            floors.Add(floor);
        }
        report.Add("remote.desktop.moving_window", "frames/s", frames, smallerIsBetter: false);
        FigureReport.Goal("30 frames/s", FigureReport.Median(frames) >= 29);
        report.Add("remote.desktop.moving_window.cpu", "cores", cores);
        FigureReport.Goal("less than one core", FigureReport.Median(cores) < 1);
        report.Add("remote.desktop.still.cpu", "cores", idle);
        report.Add("remote.desktop.key_to_frame.p95", "ms", delays, FigureReport.Median(floors));
        FigureReport.Goal("less than 100 ms", FigureReport.Median(delays) < 100);
    }

    static async Task<(double Frames, double Cores)> MoveAsync(TestWindow window, Browser browser, int seconds)
    {
        var (clock, cpu, from) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, browser.Frames);
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var at = (int)(clock.ElapsedMilliseconds / 4);
            window.MoveTo(at % (1920 - Width), at / 3 % (1080 - Height));
            await browser.DrainAsync(TimeSpan.FromMilliseconds(10));
        }
        return ((browser.Frames - from) / clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / clock.Elapsed.TotalSeconds);
    }

    /// <summary>A key is pressed, the program answers by drawing, and the frame is there. Beside it how long the display takes for the key alone.</summary>
    static async Task<(double Delay, double Floor)> AnswerAsync(TestWindow window, Browser browser, int count)
    {
        window.Focus();
        List<double> delays = [], floors = [];
        for (var i = 0; i < count; i++)
        {
            await browser.DrainAsync(TimeSpan.FromMilliseconds(20));
            var (clock, before) = (Stopwatch.StartNew(), browser.Frames);
            browser.Say([4, 1, .. "KeyA"u8]);
            await window.NextAsync(TestWindow.KeyPress);
            floors.Add(clock.Elapsed.TotalMilliseconds);
            window.Fill(0, 0, 64, 64, (uint)(i * 7919));
            await browser.UntilAsync(() => browser.Frames > before);
            delays.Add(clock.Elapsed.TotalMilliseconds);
            browser.Say([4, 0, .. "KeyA"u8]);
        }
        double At95(List<double> values) => values.Order().ElementAt(values.Count * 95 / 100);
        return (At95(delays), At95(floors));
    }

    /// <summary>Half of it text, half a photo.</summary>
    static uint[] Content() => [.. Enumerable.Range(0, Width * Height).Select(i => i % Width < Width / 2
        ? Noise(i) >> 28 < 3 ? 0x202020u : 0xffffffu
        : (uint)(i % Width * 255 / Width) << 16 | (uint)(i / Width * 255 / Height) << 8 | Noise(i) >> 26)];

    static uint Noise(int i) => unchecked((uint)i * 2654435761);

    /// <summary>Takes every frame at once, and says so.</summary>
    sealed class Browser : IRemoteChannel, IAsyncDisposable
    {
        readonly System.Threading.Channels.Channel<byte[]> _toDevice = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        readonly System.Threading.Channels.Channel<byte[]> _toBrowser = System.Threading.Channels.Channel.CreateBounded<byte[]>(256);
        readonly CancellationTokenSource _ending = new();
        readonly Task _serving;

        public Browser(string display)
        {
            var provider = new DesktopProvider(new XDesktopSystem()) { Settings = new(display, null) };
            var request = new RemoteSessionRequest(Guid.NewGuid(), "Somebody", JsonElement.Parse("{}"));
            _serving = Task.Run(() => provider.ServeAsync(request, this, _ending.Token).AsTask());
        }

        public int MaxMessageSize => 64 << 10;

        public int Frames { get; private set; }

        public void Say(byte[] message) => _toDevice.Writer.TryWrite(message);

        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => _toBrowser.Writer.WriteAsync(message.ToArray(), cancellationToken);

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var message in _toDevice.Reader.ReadAllAsync(cancellationToken))
            {
                yield return message;
            }
        }

        public async Task UntilAsync(Func<bool> condition)
        {
            while (!condition())
            {
                Take(await _toBrowser.Reader.ReadAsync(_ending.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
            }
        }

        public async Task DrainAsync(TimeSpan time)
        {
            using var limit = new CancellationTokenSource(time);
            try
            {
                while (true)
                {
                    Take(await _toBrowser.Reader.ReadAsync(limit.Token));
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over.
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _serving;
            _ending.Dispose();
        }

        void Take(byte[] message)
        {
            if (message[0] == 3)
            {
                Frames++;
                Say([0, .. message[1..]]);
            }
        }
    }
}
