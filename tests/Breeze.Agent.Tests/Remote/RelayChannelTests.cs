using System.Threading.Channels;
using Breeze.Agent.Remote;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Remote;

public sealed class RelayChannelTests
{
    readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();
    readonly RelayChannel _channel;

    public RelayChannelTests() => _channel = new RelayChannel((frame, _) =>
    {
        _frames.Writer.TryWrite(frame.ToArray());
        return ValueTask.CompletedTask;
    });

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_one_frame()
    {
        await _channel.SendAsync(new byte[] { 7, 8 }, Token);
        await _channel.SendAsync(Array.Empty<byte>(), Token);
        (await _frames.Reader.ReadAsync(Token)).ShouldBe([RelayFrame.Message, 7, 8]);
        (await _frames.Reader.ReadAsync(Token)).ShouldBe([RelayFrame.Message]);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await _channel.SendAsync(new byte[RelayFrame.MaximumMessage + 1], Token));
    }

    [Fact]
    public async Task No_more_than_the_window_is_sent_until_the_peer_has_taken_it_in()
    {
        var message = new byte[RelayFrame.MaximumMessage];
        for (var sent = 0; sent < RelayFrame.Window; sent += message.Length)
        {
            await _channel.SendAsync(message, Token);
        }

        var next = _channel.SendAsync(message, Token).AsTask();
        var afterwards = _channel.SendAsync(new byte[] { 1 }, Token).AsTask();
        _channel.Take(RelayFrame.CreditOf(message.Length - 1)).ShouldBeTrue();
        next.IsCompleted.ShouldBeFalse();
        // A small one does not overtake.
        afterwards.IsCompleted.ShouldBeFalse();
        _channel.Take(RelayFrame.CreditOf(2)).ShouldBeTrue();
        await next.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await afterwards.WaitAsync(TimeSpan.FromSeconds(10), Token);
        _frames.Reader.Count.ShouldBe(RelayFrame.Window / message.Length + 2);
    }

    [Fact]
    public async Task A_sender_that_waits_for_the_window_can_be_cancelled_and_does_not_hold_up_the_next()
    {
        for (var sent = 0; sent < RelayFrame.Window; sent += RelayFrame.MaximumMessage)
        {
            await _channel.SendAsync(new byte[RelayFrame.MaximumMessage], Token);
        }

        using var cancel = new CancellationTokenSource();
        var waiting = _channel.SendAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        _channel.Take(RelayFrame.CreditOf(10)).ShouldBeTrue();
        await _channel.SendAsync(new byte[10], Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task What_was_read_is_confirmed_so_that_the_peer_never_stands_still()
    {
        const int Messages = 200;
        var reading = Task.Run(async () =>
        {
            var read = 0;
            await foreach (var message in _channel.ReadAllAsync(Token))
            {
                read += message.Length;
            }

            return read;
        }, Token);
        var credit = RelayFrame.Window;
        var frame = new byte[RelayFrame.MaximumMessage + 1];
        for (var i = 0; i < Messages; i++)
        {
            while (credit < RelayFrame.MaximumMessage)
            {
                var confirmed = await _frames.Reader.ReadAsync(Token);
                confirmed[0].ShouldBe(RelayFrame.Credit);
                credit += System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(confirmed.AsSpan(1));
            }

            credit -= RelayFrame.MaximumMessage;
            _channel.Take(frame).ShouldBeTrue();
        }

        _channel.Complete();
        (await reading).ShouldBe(Messages * RelayFrame.MaximumMessage);
    }

    [Fact]
    public void More_than_the_window_is_not_taken()
    {
        var frame = new byte[RelayFrame.MaximumMessage + 1];
        for (var sent = 0; sent < RelayFrame.Window; sent += RelayFrame.MaximumMessage)
        {
            _channel.Take(frame).ShouldBeTrue();
        }

        _channel.Take([RelayFrame.Message, 1]).ShouldBeFalse();
    }

    [Fact]
    public void Tiny_messages_without_end_are_not_taken()
    {
        var taken = 0;
        while (_channel.Take([RelayFrame.Message]))
        {
            taken++;
            taken.ShouldBeLessThan(100_000);
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 9, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 255, 255, 255, 255 })]
    public void A_frame_that_is_none_and_credit_that_was_not_owed_are_not_taken(byte[] frame) => _channel.Take(frame).ShouldBeFalse();
}
