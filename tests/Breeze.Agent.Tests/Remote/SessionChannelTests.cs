using System.Threading.Channels;
using Breeze.Agent.Remote;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Remote;

public sealed class SessionChannelTests : IDisposable
{
    readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();
    readonly SessionChannel _channel = new();
    readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(Token);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static CancellationToken Soon
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            return limit.Token;
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _channel.Dispose();
        _over.Dispose();
    }

    [Fact]
    public async Task A_path_begins_with_what_has_arrived_and_messages_follow_when_the_peer_has_said_the_same()
    {
        await _channel.SendAsync(new byte[] { 7, 8 }, Token);
        _channel.Take(RelayFrame.Of(RelayFrame.Message, 0, [1])).ShouldBeTrue();
        _ = RunAsync();
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Arrived, 1));
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Taken, 0));
        _frames.Reader.TryPeek(out _).ShouldBeFalse();
        _channel.Take(RelayFrame.Of(RelayFrame.Arrived, 0)).ShouldBeTrue();
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 0, [7, 8]));
        await _channel.SendAsync(Array.Empty<byte>(), Token);
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Message, 1));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _channel.SendAsync(new byte[RelayFrame.MaximumMessage + 1], Token));
    }

    /// <summary>Two ends, and paths between them that are cut at any point; what is then under way is lost, or comes late.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Nothing_is_lost_and_nothing_comes_twice_however_often_the_path_is_cut(int seed)
    {
        const int Messages = 300;
        var random = new Random(seed);
        using var other = new SessionChannel();
        byte[][][] sent = [New(), New()];
        var talking = Task.WhenAll(
            SendAllAsync(_channel, sent[0]), SendAllAsync(other, sent[1]), ShouldReadAsync(other, sent[0]), ShouldReadAsync(_channel, sent[1]));
        var paths = 0;
        for (List<(SessionChannel To, byte[] Frame)> late = []; !talking.IsCompleted; paths++)
        {
            paths.ShouldBeLessThan(5000, "a path that lives a little carries a little");
            foreach (var (to, frame) in late)
            {
                to.Take(frame).ShouldBeTrue();
            }

            late = await CarryAsync(other, random.Next(4, 60), talking);
            if (random.Next(2) == 0)
            {
                late.Clear();
            }
        }

        await talking;
        paths.ShouldBeGreaterThan(5);

        byte[][] New() => [.. Enumerable.Range(0, Messages).Select(_ =>
        {
            var message = new byte[random.Next(4) == 0 ? random.Next(3) : random.Next(40_000)];
            random.NextBytes(message);
            return message;
        })];
    }

    [Fact]
    public async Task No_more_than_the_window_is_sent_until_the_peer_has_taken_it_in()
    {
        _ = RunAsync();
        _channel.Take(RelayFrame.Of(RelayFrame.Arrived, 0)).ShouldBeTrue();
        var message = new byte[RelayFrame.Window / 16];
        message = message[..Math.Min(message.Length, RelayFrame.MaximumMessage)];
        var fit = RelayFrame.Window / message.Length;
        for (var i = 0; i < fit; i++)
        {
            await _channel.SendAsync(message, Token);
        }

        // What is confirmed before it was sent need not be sent.
        await _channel.FlushAsync(Soon);
        var next = _channel.SendAsync(message, Token).AsTask();
        var afterwards = _channel.SendAsync(new byte[] { 1 }, Token).AsTask();
        // A small one does not overtake.
        (next.IsCompleted || afterwards.IsCompleted).ShouldBeFalse();
        _channel.Take(RelayFrame.Of(RelayFrame.Taken, 1)).ShouldBeTrue();
        await next.WaitAsync(Soon);
        await afterwards.WaitAsync(Soon);
        await _channel.FlushAsync(Soon);
        _frames.Reader.Count.ShouldBe(2 + fit + 2);
    }

    [Fact]
    public async Task A_sender_that_waits_for_the_window_can_be_cancelled_and_does_not_hold_up_the_next()
    {
        for (var sent = RelayFrame.MaximumMessage; sent <= RelayFrame.Window; sent += RelayFrame.MaximumMessage)
        {
            await _channel.SendAsync(new byte[RelayFrame.MaximumMessage], Token);
        }

        using var cancel = new CancellationTokenSource();
        var waiting = _channel.SendAsync(new byte[RelayFrame.MaximumMessage], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await _channel.SendAsync(new byte[10], Token).AsTask().WaitAsync(Soon);
    }

    [Fact]
    public async Task A_page_that_is_new_has_nothing_and_is_not_held_up_by_what_the_one_before_did_not_take()
    {
        for (var sent = RelayFrame.MaximumMessage; sent <= RelayFrame.Window; sent += RelayFrame.MaximumMessage)
        {
            await _channel.SendAsync(new byte[RelayFrame.MaximumMessage], Token);
        }

        _channel.Take(RelayFrame.Of(RelayFrame.Message, 0, [1])).ShouldBeTrue();
        var waiting = _channel.SendAsync(new byte[RelayFrame.MaximumMessage], Token).AsTask();
        _channel.Restart(2);
        await waiting.WaitAsync(Soon);
        // What the page before typed is still taken in, and not counted.
        _channel.Take(RelayFrame.Of(RelayFrame.Message, 0, [2])).ShouldBeTrue();
        await using var reading = _channel.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        await reading.MoveNextAsync();
        await reading.MoveNextAsync();
        reading.Current.ToArray().ShouldBe([2]);
        _ = RunAsync();
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Arrived, 1));
        (await NextAsync()).ShouldBe(RelayFrame.Of(RelayFrame.Taken, 0));
    }

    [Fact]
    public void More_than_the_window_is_not_taken()
    {
        uint number = 0;
        for (var sent = RelayFrame.MaximumMessage; sent <= RelayFrame.Window; sent += RelayFrame.MaximumMessage)
        {
            _channel.Take(RelayFrame.Of(RelayFrame.Message, number++, new byte[RelayFrame.MaximumMessage])).ShouldBeTrue();
        }

        _channel.Take(RelayFrame.Of(RelayFrame.Message, number, new byte[RelayFrame.MaximumMessage])).ShouldBeFalse();
    }

    [Fact]
    public void Tiny_messages_without_end_are_not_taken()
    {
        uint taken = 0;
        while (_channel.Take(RelayFrame.Of(RelayFrame.Message, taken)))
        {
            taken++;
            taken.ShouldBeLessThan(100_000u);
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 1 })]
    public void A_frame_that_is_none_and_a_word_about_messages_that_were_never_sent_are_not_taken(byte[] frame) => _channel.Take(frame).ShouldBeFalse();

    Task RunAsync() => _channel.RunAsync(new((frame, _) =>
    {
        _frames.Writer.TryWrite(frame.ToArray());
        return ValueTask.CompletedTask;
    }), _over.Token);

    ValueTask<byte[]> NextAsync() => _frames.Reader.ReadAsync(Soon);

    /// <summary>One path between the two, for so many frames; answers what was under way when it was cut.</summary>
    async Task<List<(SessionChannel To, byte[] Frame)>> CarryAsync(SessionChannel other, int frames, Task talking)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Channel<byte[]>[] wires = [Channel.CreateUnbounded<byte[]>(), Channel.CreateUnbounded<byte[]>()];
        Task[] ends =
        [
            EndAsync(_channel, wires[0]), EndAsync(other, wires[1]), CarryOneAsync(wires[0], other), CarryOneAsync(wires[1], _channel),
        ];
        await Task.WhenAny(talking, Task.WhenAll(ends));
        await cut.CancelAsync();
        await Task.WhenAll(ends);
        return [.. wires[0].Reader.ReadAllAsync(Token).ToBlockingEnumerable(Token).Select(f => (other, f)), .. wires[1].Reader.ReadAllAsync(Token).ToBlockingEnumerable(Token).Select(f => (_channel, f))];

        async Task EndAsync(SessionChannel channel, Channel<byte[]> wire)
        {
            try
            {
                await channel.RunAsync(new((frame, _) =>
                {
                    wire.Writer.TryWrite(frame.ToArray());
                    return ValueTask.CompletedTask;
                }), cut.Token);
            }
            catch (OperationCanceledException)
            {
                // Cut.
            }

            wire.Writer.Complete();
        }

        async Task CarryOneAsync(Channel<byte[]> wire, SessionChannel to)
        {
            try
            {
                while (true)
                {
                    to.Take(await wire.Reader.ReadAsync(cut.Token)).ShouldBeTrue();
                    if (Interlocked.Decrement(ref frames) == 0)
                    {
                        await cut.CancelAsync();
                    }
                }
            }
            catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
            {
                // Cut.
            }
        }
    }

    static async Task SendAllAsync(SessionChannel channel, byte[][] messages)
    {
        foreach (var message in messages)
        {
            await channel.SendAsync(message, Soon);
        }
    }

    static async Task ShouldReadAsync(SessionChannel channel, byte[][] messages)
    {
        var number = 0;
        await foreach (var message in channel.ReadAllAsync(Soon))
        {
            message.Span.SequenceEqual(messages[number]).ShouldBeTrue($"message {number}");
            if (++number == messages.Length)
            {
                return;
            }
        }
    }
}
