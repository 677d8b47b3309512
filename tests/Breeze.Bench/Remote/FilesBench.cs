using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Breeze.Agent.Remote;
using Breeze.Bench.Report;
using Breeze.Plugins.Tests.Support;
using Breeze.Remote.Files;
using Breeze.Sdk;
using Breeze.WebRtc.DataChannels;

namespace Breeze.Bench.Remote;

/// <summary>
/// Files between two peers on this machine, beside the bare data channel with messages of the same size in the same run. Both peers, their encryption and the plugin share the
/// machine's cores, so the ratio is what counts.
/// </summary>
static class FilesBench
{
    const int Piece = 60 << 10;
    const int Head = 13;
    const double Goal = 0.6;

    public static async Task RunAsync(BenchOptions options, FigureReport report)
    {
        var bytes = options.Quick ? 30L << 20 : 150L << 20;
        var folder = Directory.CreateTempSubdirectory("breeze-bench-files-");
        try
        {
            var source = Path.Join(folder.FullName, "source");
            var hash = await MakeAsync(source, bytes);
            // Alternately, so that what else the machine does is in both.
            List<double> bareDown = [], bareUp = [], down = [], up = [];
            for (var run = 0; run < options.Runs; run++)
            {
                bareDown.Add(await BareAsync(bytes, toBrowser: true));
                down.Add(await DownloadAsync(source, bytes));
                bareUp.Add(await BareAsync(bytes, toBrowser: false));
                up.Add(await UploadAsync(source, Path.Join(folder.FullName, $"target-{run}"), bytes, hash));
            }
            Report(report, "remote.files.download", down, bareDown);
            Report(report, "remote.files.upload", up, bareUp);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Report(FigureReport report, string name, List<double> runs, List<double> bare)
    {
        var floor = FigureReport.Median(bare);
        report.Add(name, "MB/s", runs, floor, smallerIsBetter: false);
        FigureReport.Goal("60 % of the bare channel", FigureReport.Median(runs) >= Goal * floor);
    }

    static async Task<string> MakeAsync(string path, long bytes)
    {
        var block = new byte[1 << 20];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        for (long at = 0; at < bytes; at += block.Length)
        {
            Random.Shared.NextBytes(block);
            hash.AppendData(block);
            await file.WriteAsync(block);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static async Task<double> BareAsync(long bytes, bool toBrowser)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await using var peers = await LoopbackPeers.ConnectAsync(limit.Token);
        var (from, to) = toBrowser ? (peers.Device, peers.Browser) : (peers.Browser, peers.Device);
        var clock = Stopwatch.StartNew();
        var receiving = Task.Run(async () =>
        {
            long received = 0;
            await foreach (var message in to.ReadAllAsync(limit.Token))
            {
                if ((received += message.Data.Length) >= bytes)
                {
                    return;
                }
            }
        });
        var piece = new byte[Piece];
        for (long sent = 0; sent < bytes; sent += piece.Length)
        {
            await from.SendAsync(piece, text: false, limit.Token);
        }
        await receiving;
        return Rate(bytes, clock);
    }

    static async Task<double> DownloadAsync(string path, long bytes)
    {
        await using var session = await Session.StartAsync();
        var clock = Stopwatch.StartNew();
        await session.SayAsync(new { id = 1, op = "download", path });
        long received = 0;
        await session.UntilAsync(
            _ => false,
            piece => received += piece.Length - Head);
        return received == bytes ? Rate(bytes, clock) : throw new InvalidOperationException($"{received} bytes arrived.");
    }

    static async Task<double> UploadAsync(string path, string target, long bytes, string sha256)
    {
        await using var session = await Session.StartAsync();
        var clock = Stopwatch.StartNew();
        await session.SayAsync(new { id = 1, op = "upload", path = target, size = bytes });
        long window = 0, taken = 0;
        using var moved = new SemaphoreSlim(0);
        var ended = Task.Run(() => session.UntilAsync(
            answer =>
            {
                window = answer.TryGetProperty("window", out var given) ? given.GetInt64() : window;
                Interlocked.Exchange(ref taken, answer.TryGetProperty("taken", out var told) ? told.GetInt64() : taken);
                moved.Release();
                return false;
            },
            _ => { }));
        await moved.WaitAsync();
        using var file = File.OpenHandle(path);
        var message = new byte[Head + Piece];
        for (long at = 0; at < bytes;)
        {
            var count = RandomAccess.Read(file, message.AsSpan(Head, (int)Math.Min(Piece, bytes - at)), at);
            while (at + count - Interlocked.Read(ref taken) > window)
            {
                await moved.WaitAsync();
            }
            message[0] = 2;
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), 1);
            BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(5), (ulong)at);
            await session.SendAsync(message.AsMemory(0, Head + count));
            at += count;
        }
        await session.SayAsync(new { id = 1, op = "finish", sha256 });
        await ended;
        return Rate(bytes, clock);
    }

    static double Rate(long bytes, Stopwatch clock) => bytes / 1e6 / clock.Elapsed.TotalSeconds;

    /// <summary>The plugin behind the same frames as in the agent, and the page's end of them.</summary>
    sealed class Session : IAsyncDisposable
    {
        readonly CancellationTokenSource _ending = new(TimeSpan.FromMinutes(5));
        readonly LoopbackPeers _peers;
        readonly SessionChannel _browser = new();
        readonly SessionChannel _device = new();
        readonly Task _serving;
        readonly Task[] _pumps;

        Session(LoopbackPeers peers)
        {
            _peers = peers;
            _pumps =
            [
                PumpAsync(peers.Browser, _browser), PumpAsync(peers.Device, _device), SendAsync(_browser, peers.Browser), SendAsync(_device, peers.Device),
            ];
            var builder = new FakeBuilder();
            new FilesPlugin().Register(builder);
            var request = new RemoteSessionRequest(Guid.NewGuid(), "Somebody", JsonElement.Parse("{}"));
            _serving = Task.Run(() => builder.Remotes[0].ServeAsync(request, _device, _ending.Token).AsTask());
        }

        public static async Task<Session> StartAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            return new(await LoopbackPeers.ConnectAsync(limit.Token));
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> message) => _browser.SendAsync(message, _ending.Token);

        public ValueTask SayAsync(object request) => SendAsync((byte[])[1, .. JsonSerializer.SerializeToUtf8Bytes(request)]);

        /// <summary>Reads until the request is done.</summary>
        public async Task UntilAsync(Func<JsonElement, bool> answered, Action<ReadOnlyMemory<byte>> piece)
        {
            await foreach (var message in _browser.ReadAllAsync(_ending.Token))
            {
                if (message.Span[0] == 2)
                {
                    piece(message);
                    continue;
                }
                var answer = JsonElement.Parse(message.Span[1..]);
                if (answer.TryGetProperty("error", out var error))
                {
                    throw new InvalidOperationException(error.ToString());
                }
                if (answer.TryGetProperty("event", out _))
                {
                    continue;
                }
                if (answer.TryGetProperty("done", out _) || answered(answer))
                {
                    return;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _serving;
            await Task.WhenAll(_pumps);
            await _peers.DisposeAsync();
            _browser.Dispose();
            _device.Dispose();
            _ending.Dispose();
        }

        async Task SendAsync(SessionChannel from, IRtcDataChannel to)
        {
            try
            {
                await from.RunAsync(new((frame, token) => to.SendAsync(frame, text: false, token)), _ending.Token);
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }

        async Task PumpAsync(IRtcDataChannel from, SessionChannel to)
        {
            try
            {
                await foreach (var message in from.ReadAllAsync(_ending.Token))
                {
                    if (!to.Take(message.Data.Span))
                    {
                        throw new InvalidOperationException("More arrived than the window allows.");
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }
    }
}
