using System.IO.Compression;
using System.Security.Cryptography;
using Breeze.Agent.Remote;
using Breeze.Agent.Tests.Support;

namespace Breeze.Agent.Tests.Remote;

/// <summary>A session's recording on its way to a server whose answers a test decides.</summary>
public sealed class SessionRecordingTests
{
    readonly Observed _events = new();
    readonly List<(int Number, bool IsLast, byte[] Content)> _parts = [];
    int _status = 204;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_arrives_whole_in_order_and_in_parts_that_the_server_takes()
    {
        var recording = Start(out var running);
        // What cannot be packed is the largest there is.
        var content = RandomNumberGenerator.GetBytes(700_000);
        for (var at = 0; at < content.Length; at += 7000)
        {
            await recording.WriteAsync(content.AsMemory(at, 7000), Token);
        }

        await recording.CompleteAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        _parts.SelectMany(part => Unpack(part.Content)).ShouldBe(content);
        _parts.Select(part => part.Number).ShouldBe(Enumerable.Range(0, _parts.Count));
        _parts.Select(part => part.IsLast).ShouldBe([.. Enumerable.Repeat(false, _parts.Count - 1), true]);
        _parts.Max(part => part.Content.Length).ShouldBeLessThanOrEqualTo(256 << 10);
    }

    [Fact]
    public async Task A_part_is_on_its_way_before_the_session_ends_and_the_end_is_said_when_nothing_follows()
    {
        var recording = Start(out var running);
        await recording.WriteAsync("first"u8.ToArray(), Token);
        await _events.WhenAsync("the first part", () => _parts.Count == 1);
        await recording.CompleteAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        _parts.Select(part => (part.Number, part.IsLast, Unpack(part.Content).Length)).ShouldBe([(0, false, 5), (1, true, 0)]);
    }

    [Fact]
    public async Task While_the_server_is_away_four_mebibytes_wait_and_then_the_session_and_nothing_is_lost()
    {
        _status = 503;
        var recording = Start(out var running);
        var mebibyte = new byte[1 << 20];
        var written = 0;
        ValueTask waiting;
        do
        {
            RandomNumberGenerator.Fill(mebibyte.AsSpan(0, 1000));
            waiting = recording.WriteAsync(mebibyte, Token);
            written++;
        }
        while (waiting.IsCompletedSuccessfully);
        (written << 20).ShouldBeInRange(SessionRecording.MaximumWaiting, SessionRecording.MaximumWaiting + (2 << 20));
        _status = 204;
        await waiting.AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
        await recording.CompleteAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        _parts.Sum(part => Unpack(part.Content).Length).ShouldBe(written << 20);
        _parts.Select(part => part.Number).ShouldBe(Enumerable.Range(0, _parts.Count));
        recording.Refused.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(400, true)]
    [InlineData(409, false)]
    public async Task A_server_that_takes_no_more_lets_the_session_write_on_and_a_refusal_is_told(int status, bool isRefusal)
    {
        _status = status;
        var recording = Start(out var running);
        await recording.WriteAsync(new byte[200_000], Token);
        await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        for (var i = 0; i < 10; i++)
        {
            await recording.WriteAsync(new byte[1 << 20], Token);
        }

        recording.Refused.IsCompleted.ShouldBe(isRefusal);
    }

    [Fact]
    public async Task A_session_that_showed_nothing_has_no_recording_and_one_that_is_given_up_ends()
    {
        var silent = Start(out var running);
        await silent.CompleteAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Token);
        _parts.ShouldBeEmpty();

        _status = 0;
        using var given = new CancellationTokenSource();
        var away = new SessionRecording(SendAsync, TimeProvider.System);
        var lost = away.RunAsync(given.Token);
        await away.WriteAsync(new byte[200_000], Token);
        await given.CancelAsync();
        await lost.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    SessionRecording Start(out Task running)
    {
        var recording = new SessionRecording(SendAsync, TimeProvider.System);
        running = recording.RunAsync(Token);
        return recording;
    }

    Task<int> SendAsync(int number, bool isLast, byte[] part, CancellationToken cancellationToken)
    {
        var status = Volatile.Read(ref _status);
        if (status == 204)
        {
            _events.Change(() => _parts.Add((number, isLast, part)));
        }

        return Task.FromResult(status);
    }

    static byte[] Unpack(byte[] part)
    {
        using var gzip = new GZipStream(new MemoryStream(part), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}
