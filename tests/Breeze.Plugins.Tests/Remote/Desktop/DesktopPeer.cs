using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Breeze.Remote.Desktop;
using Breeze.Remote.Desktop.X11;
using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Remote.Desktop;

/// <summary>A browser with a desktop in it, without a browser.</summary>
sealed class DesktopPeer : IAsyncDisposable, IRemoteActivityLog
{
    readonly CancellationTokenSource _host = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    byte[] _image = [];
    byte[] _head = [];
    int _filled;
    readonly MemoryStream _clipboard = new();

    public DesktopPeer(string display, string options = "{}", bool viewOnly = false, string? authority = null)
    {
        var provider = new DesktopProvider(new XDesktopSystem()) { Settings = new(display, authority) };
        var request = new RemoteSessionRequest(Guid.NewGuid(), "Somebody", JsonElement.Parse(options)) { ViewOnly = viewOnly, ActivityLog = this };
        End = provider.ServeAsync(request, Channel, _host.Token).AsTask();
    }

    public FakeRemoteChannel Channel { get; } = new();

    public Task<RemoteSessionEnd> End { get; }

    public JsonElement Info { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>What is on the canvas; where a lossy image was drawn, nothing is.</summary>
    public uint?[] Canvas { get; private set; } = [];

    public int Frames { get; private set; }

    public int Photos { get; private set; }

    public byte[] Cursor { get; private set; } = [];

    /// <summary>Where the pointer is said to be.</summary>
    public (int X, int Y)? Pointer { get; private set; }

    public List<string> Clipboards { get; } = [];

    public List<RemoteActivity> Activities { get; } = [];

    /// <summary>Whether frames are answered.</summary>
    public bool Answers { get; set; } = true;

    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_host.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        while (!condition())
            Take(await Channel.NextAsync(limit.Token));
    }

    /// <summary>Until the canvas is, pixel for pixel, what the display says that its screen is.</summary>
    public Task UntilSameAsync(TestWindow window, int x = 0, int y = 0) => UntilAsync(() =>
    {
        if (Frames == 0)
            return false;
        var screen = window.Screen(x, y, Width, Height);
        return !screen.Where((pixel, at) => Canvas[at] != pixel).Any();
    });

    /// <summary>What comes within a time, when nothing more is expected.</summary>
    public async Task DrainAsync(TimeSpan time)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_host.Token);
        limit.CancelAfter(time);
        try
        {
            while (true)
                Take(await Channel.NextAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!_host.IsCancellationRequested)
        {
            // That was all.
        }
    }

    public void Move(int x, int y) => Channel.Send([1, .. Number(x), .. Number(y)]);

    public void Button(int button, bool down, int x, int y) => Channel.Send([2, (byte)button, (byte)(down ? 1 : 0), .. Number(x), .. Number(y)]);

    public void Wheel(int right, int down) => Channel.Send([3, .. Number(right), .. Number(down)]);

    public void Key(string code, bool down) => Channel.Send([4, (byte)(down ? 1 : 0), .. Encoding.ASCII.GetBytes(code)]);

    public void Text(string text) => Channel.Send([5, .. Encoding.UTF8.GetBytes(text)]);

    public void Copy(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at == 0 || at < bytes.Length; at += 30_000)
            Channel.Send([7, (byte)(at + 30_000 >= bytes.Length ? 1 : 0), .. bytes.AsSpan(at, Math.Min(30_000, bytes.Length - at))]);
    }

    public ValueTask WriteAsync(RemoteActivity activity, CancellationToken cancellationToken)
    {
        lock (Activities)
            Activities.Add(activity);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.CancelAsync();
        await End;
        _host.Dispose();
    }

    void Take(byte[] message)
    {
        switch (message[0])
        {
            case 0:
                Info = JsonElement.Parse(message.AsSpan(1));
                var monitor = Info.GetProperty("monitors")[Info.GetProperty("monitor").GetInt32()];
                (Width, Height) = (monitor.GetProperty("width").GetInt32(), monitor.GetProperty("height").GetInt32());
                (Canvas, Frames) = (new uint?[Width * Height], 0);
                break;
            case 1:
                (_head, _image, _filled) = (message[..14], new byte[BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(10))], 0);
                Fill(message.AsSpan(14));
                break;
            case 2:
                Fill(message.AsSpan(1));
                break;
            case 3:
                Frames++;
                if (Answers)
                    Channel.Send([0, .. message[1..]]);
                break;
            case 4:
                Cursor = message[5..];
                break;
            case 7:
                Pointer = (BinaryPrimitives.ReadInt16BigEndian(message.AsSpan(1)), BinaryPrimitives.ReadInt16BigEndian(message.AsSpan(3)));
                break;
            case 5:
                _clipboard.Write(message.AsSpan(2));
                if (message[1] == 1)
                {
                    Clipboards.Add(Encoding.UTF8.GetString(_clipboard.ToArray()));
                    _clipboard.SetLength(0);
                }
                break;
        }
    }

    void Fill(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_image.AsSpan(_filled));
        _filled += piece.Length;
        if (_filled < _image.Length)
            return;
        var (x, y) = (BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(1)), BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(3)));
        var (width, height) = (BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(5)), BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(7)));
        Photos += _head[9] == 2 ? 1 : 0;
        var pixels = _head[9] switch
        {
            0 => [.. Enumerable.Repeat<uint?>((uint)(_image[0] << 16 | _image[1] << 8 | _image[2]), width * height)],
            1 => [.. PngReader.Read(_image, width, height).Select(p => (uint?)p)],
            _ => new uint?[width * height],
        };
        for (var row = 0; row < height; row++)
            pixels.AsSpan(row * width, width).CopyTo(Canvas.AsSpan((y + row) * Width + x));
    }

    static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];
}
