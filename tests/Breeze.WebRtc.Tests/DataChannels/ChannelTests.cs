using System.Text;
using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.DataChannels;

public sealed class ChannelTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_binary_and_empty_messages_arrive_as_what_they_are()
    {
        await using var connection = new Connection();
        var (a, b) = await connection.OpenAsync("äöü", new RtcDataChannelOptions { Protocol = "p", Ordered = true });
        (b.Label, b.Options.Protocol, b.Id, a.Id, b.State).ShouldBe(("äöü", "p", 0, 0, RtcDataChannelState.Open));
        await a.SendAsync("Grüße"u8.ToArray(), text: true, Cancel);
        await a.SendAsync(new byte[] { 1, 2, 3 }, text: false, Cancel);
        await a.SendAsync(default, text: true, Cancel);
        await a.SendAsync(default, text: false, Cancel);

        (await Read(b, 4)).ShouldBe([("Grüße", true), ("\u0001\u0002\u0003", false), ("", true), ("", false)]);
    }

    [Fact]
    public async Task Both_sides_open_channels_before_anything_is_established()
    {
        await using var connection = new Connection();
        var a = connection.A.Open("from a", new RtcDataChannelOptions());
        var b = connection.B.Open("from b", new RtcDataChannelOptions());
        var early = a.SendAsync(new byte[] { (byte)'x' }, text: false, Cancel);
        await Task.WhenAll(a.Opened, b.Opened, connection.A.Established, connection.B.Established).WaitAsync(Cancel);
        await early;
        (a.Id, b.Id).ShouldBe((0, 1));
        var atB = await connection.AcceptByBAsync();
        (await connection.AcceptByAAsync()).Label.ShouldBe("from b");
        (await Read(atB, 1)).ShouldBe([("x", false)]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Closing_ends_the_readers_of_both_sides_and_the_id_is_used_again(bool closedByOpener)
    {
        await using var connection = new Connection(loss: 0.05);
        for (var round = 0; round < 6; round++)
        {
            var (a, b) = await connection.OpenAsync($"round {round}");
            a.Id.ShouldBe(0);
            var (first, second) = closedByOpener ? (a, b) : (b, a);
            await first.SendAsync(new byte[] { (byte)('0' + round) }, text: true, Cancel);
            var closing = first.CloseAsync();
            (await ReadToEnd(second)).ShouldBe([($"{round}", true)]);
            await Task.WhenAll(closing, second.Closed).WaitAsync(Cancel);
            (a.State, b.State).ShouldBe((RtcDataChannelState.Closed, RtcDataChannelState.Closed));
            await Should.ThrowAsync<IOException>(async () => await first.SendAsync(new byte[1], text: false, Cancel));
        }
    }

    [Fact]
    public async Task Both_sides_may_close_the_same_channel_at_once()
    {
        await using var connection = new Connection(loss: 0.1);
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = await connection.OpenAsync();
            await Task.WhenAll(a.CloseAsync(), b.CloseAsync()).WaitAsync(Cancel);
        }
        connection.A.Channels.Count.ShouldBe(0);
        connection.B.Channels.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Many_channels_echo_at_the_same_time()
    {
        await using var connection = new Connection(loss: 0.01);
        var echoes = Enumerable.Range(0, 100).Select(async i =>
        {
            var channel = connection.A.Open($"{i}", new RtcDataChannelOptions { Ordered = i % 2 == 0 });
            for (var n = 0; n < 5; n++)
            {
                await channel.SendAsync(Encoding.UTF8.GetBytes($"{i}:{n}"), text: true, Cancel);
            }
            (await Read(channel, 5)).Select(message => message.Text).Order().ShouldBe(Enumerable.Range(0, 5).Select(n => $"{i}:{n}"));
        }).ToList();
        var answers = new List<Task>();
        for (var i = 0; i < 100; i++)
        {
            answers.Add(Echo(await connection.AcceptByBAsync(), 5));
        }
        await Task.WhenAll([.. echoes, .. answers]).WaitAsync(Cancel);
    }

    [Fact]
    public async Task A_channel_that_nobody_reads_makes_its_sender_wait_and_not_the_memory_grow()
    {
        await using var connection = new Connection();
        var (a, b) = await connection.OpenAsync();
        var sent = 0;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sending = Task.Run(async () =>
        {
            while (true)
            {
                await a.SendAsync(new byte[32_768], text: false, enough.Token);
                Interlocked.Increment(ref sent);
            }
        }, Cancel);
        // Until the window of 2 MiB is full, and what the channel keeps is more than what would wake the sender.
        while (connection.B.Core.Window.Left > 4096 || a.BufferedAmount <= 128 * 1024)
        {
            await Task.Delay(5, Cancel);
        }
        a.BufferedAmount.ShouldBeLessThan(256 * 1024 + 3 * 32_768);
        Volatile.Read(ref sent).ShouldBeLessThan(100);

        await using (var reader = b.ReadAllAsync(Cancel).GetAsyncEnumerator(Cancel))
        {
            for (var i = 0; i < 200; i++)
            {
                (await reader.MoveNextAsync()).ShouldBeTrue();
                reader.Current.Data.Length.ShouldBe(32_768);
            }
        }
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
        Volatile.Read(ref sent).ShouldBeGreaterThanOrEqualTo(190);
    }

    [Fact]
    public async Task Giving_up_a_channel_unread_frees_the_window_for_the_others()
    {
        await using var connection = new Connection();
        var (a, b) = await connection.OpenAsync();
        for (var i = 0; i < 31; i++)
        {
            await a.SendAsync(new byte[65_536], text: false, Cancel);
        }
        await b.DisposeAsync();
        await Task.WhenAll(a.Closed, b.Closed).WaitAsync(Cancel);
        connection.B.Core.Window.Used.ShouldBe(0);

        var (c, d) = await connection.OpenAsync("next");
        await c.SendAsync(new byte[200_000], text: false, Cancel);
        await foreach (var message in d.ReadAllAsync(Cancel))
        {
            message.Data.Length.ShouldBe(200_000);
            break;
        }
    }

    [Fact]
    public async Task A_message_of_the_largest_size_passes_and_a_larger_one_is_refused()
    {
        await using var connection = new Connection();
        var (a, b) = await connection.OpenAsync();
        await Should.ThrowAsync<ArgumentException>(async () => await a.SendAsync(new byte[262_145], text: false, Cancel));
        await a.SendAsync(new byte[262_144], text: false, Cancel);
        (await Read(b, 1))[0].Text.Length.ShouldBe(262_144);
    }

    [Fact]
    public async Task A_negotiated_channel_needs_no_announcement()
    {
        await using var connection = new Connection();
        var options = new RtcDataChannelOptions { Negotiated = true, Id = 77 };
        var (a, b) = (connection.A.Open("n", options), connection.B.Open("n", options));
        await Task.WhenAll(a.Opened, b.Opened).WaitAsync(Cancel);
        await b.SendAsync(new byte[] { (byte)'!' }, text: true, Cancel);
        (await Read(a, 1)).ShouldBe([("!", true)]);
        Should.Throw<ArgumentException>(() => connection.A.Open("again", options));
        await a.CloseAsync().WaitAsync(Cancel);
        await b.Closed.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        await using var connection = new Connection();
        Should.Throw<ArgumentException>(() => connection.A.Open("", new RtcDataChannelOptions { MaxRetransmits = 1, MaxPacketLifeTime = 1 }));
        Should.Throw<ArgumentException>(() => connection.A.Open("", new RtcDataChannelOptions { Negotiated = true }));
        Should.Throw<ArgumentException>(() => connection.A.Open("", new RtcDataChannelOptions { MaxRetransmits = -1 }));
    }

    [Fact]
    public async Task More_channels_than_allowed_fail_and_room_comes_back_with_a_close()
    {
        await using var connection = new Connection(options: new SctpOptions { MaxChannels = 4 });
        var ours = Enumerable.Range(0, 4).Select(i => connection.A.Open($"{i}", new RtcDataChannelOptions())).ToList();
        (await Should.ThrowAsync<IOException>(() => connection.A.Open("one too many", new RtcDataChannelOptions()).Opened)).Message.ShouldContain("close one first");
        for (var i = 0; i < 4; i++)
        {
            await connection.AcceptByBAsync();
        }
        await ours[0].CloseAsync().WaitAsync(Cancel);
        connection.A.Open("in its place", new RtcDataChannelOptions()).Id.ShouldBe(0);
    }

    [Fact]
    public async Task Channels_beyond_what_the_other_side_takes_are_closed_by_it()
    {
        await using var connection = new Connection(optionsOfB: new SctpOptions { MaxChannels = 2 });
        var channels = Enumerable.Range(0, 5).Select(i => connection.A.Open($"{i}", new RtcDataChannelOptions())).ToList();
        await Task.WhenAll(channels[2..].Select(channel => channel.Closed)).WaitAsync(Cancel);
        channels[..2].ShouldAllBe(channel => channel.State == RtcDataChannelState.Open);
    }

    [Fact]
    public async Task Disposing_of_the_association_delivers_what_was_sent_and_ends_everything()
    {
        await using var connection = new Connection(loss: 0.02);
        var (a, b) = await connection.OpenAsync();
        var waiting = connection.A.Open("still", new RtcDataChannelOptions());
        for (var i = 0; i < 20; i++)
        {
            await a.SendAsync(new byte[5000], text: false, Cancel);
        }
        var disposing = connection.A.DisposeAsync();
        (await ReadToEnd(b)).Count.ShouldBe(20);
        await disposing;
        await Task.WhenAll(connection.B.Closed, a.Closed, b.Closed, waiting.Closed).WaitAsync(Cancel);
        await Should.ThrowAsync<IOException>(async () => await b.SendAsync(new byte[1], text: false, Cancel));
        await Should.ThrowAsync<IOException>(() => connection.B.Open("late", new RtcDataChannelOptions()).Opened);
    }

    [Fact]
    public async Task Bulk_goes_both_ways_at_once_over_a_network_that_loses()
    {
        await using var connection = new Connection(loss: 0.005);
        var (a, b) = await connection.OpenAsync();
        await Task.WhenAll(Send(a), Send(b), Receive(a), Receive(b)).WaitAsync(Cancel);

        static async Task Send(IRtcDataChannel channel)
        {
            for (var i = 0; i < 100; i++)
            {
                await channel.SendAsync(Enumerable.Repeat((byte)i, 30_000).ToArray(), text: false, Cancel);
            }
        }

        static async Task Receive(IRtcDataChannel channel)
        {
            var next = 0;
            await foreach (var message in channel.ReadAllAsync(Cancel))
            {
                message.Data.Length.ShouldBe(30_000);
                message.Data.Span.ContainsAnyExcept((byte)next).ShouldBeFalse();
                if (++next == 100)
                {
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task When_the_pipe_closes_everyone_who_waits_is_told()
    {
        await using var connection = new Connection();
        var (a, b) = await connection.OpenAsync();
        var reading = ReadToEnd(b);
        var sending = Task.Run(async () =>
        {
            connection.PipeA.IsCut = true;
            while (true)
            {
                await a.SendAsync(new byte[100_000], text: false, Cancel);
            }
        }, Cancel);
        while (a.BufferedAmount == 0)
        {
            await Task.Delay(5, Cancel);
        }
        await connection.PipeA.DisposeAsync();
        await Should.ThrowAsync<IOException>(() => sending);
        (await reading).ShouldBeEmpty();
        await Task.WhenAll(connection.A.Closed, connection.B.Closed).WaitAsync(Cancel);
    }

    [Fact]
    public async Task Threads_that_send_on_one_channel_do_not_mix_their_messages()
    {
        await using var connection = new Connection(loss: 0.005);
        var (a, b) = await connection.OpenAsync();
        var senders = Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await a.SendAsync(Enumerable.Repeat((byte)('a' + thread), 1 + i * 250).ToArray(), text: true, Cancel);
            }
        }, Cancel)).ToList();
        var got = await Read(b, 320);
        await Task.WhenAll(senders);
        got.ShouldAllBe(message => message.Text.Distinct().Count() == 1);
        foreach (var thread in got.GroupBy(message => message.Text[0]))
        {
            thread.Select(message => message.Text.Length).ShouldBe(Enumerable.Range(0, 40).Select(i => 1 + i * 250));
        }
    }

    static async Task Echo(IRtcDataChannel channel, int count)
    {
        await foreach (var message in channel.ReadAllAsync(Cancel))
        {
            await channel.SendAsync(message.Data, message.IsText, Cancel);
            if (--count == 0)
            {
                return;
            }
        }
    }

    static async Task<List<(string Text, bool IsText)>> Read(IRtcDataChannel channel, int count)
    {
        var read = new List<(string, bool)>();
        await foreach (var message in channel.ReadAllAsync(Cancel))
        {
            read.Add((Encoding.UTF8.GetString(message.Data.Span), message.IsText));
            if (read.Count == count)
            {
                return read;
            }
        }
        return read;
    }

    static Task<List<(string Text, bool IsText)>> ReadToEnd(IRtcDataChannel channel) => Read(channel, int.MaxValue);
}
