using Breeze.WebRtc.Sctp;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class FairnessTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void A_keystroke_goes_before_the_bulk_that_waits(bool interleaving)
    {
        var options = new SctpOptions { Interleaving = interleaving };
        var network = new SimulatedNetwork(1, new NetworkConditions { BytesPerSecond = 2_000_000, Buffer = 40_000, Delay = TimeSpan.FromMilliseconds(5) }, options, options);
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 400; i++)
            {
                network.A.Send(network.Now, (ushort)(10 + i % 20), new byte[16_384]);
            }
        });
        network.RunFor(TimeSpan.FromMilliseconds(500));
        for (var i = 1; i <= 10; i++)
        {
            var began = network.Now;
            network.Do(network.A, _ => network.A.Send(network.Now, 2, [1]));
            network.Run(() => network.B.Received.Count(message => message.Stream == 2) == i, TimeSpan.FromSeconds(5));
            // 5 ms of way, 20 ms of the queue on it, 8 ms of a message that has begun, and now and then a repetition; a turn of all the bulk would take 160 ms.
            (network.Now - began).ShouldBeLessThan(TimeSpan.FromMilliseconds(120));
            network.RunFor(TimeSpan.FromMilliseconds(20));
        }
        network.A.Core.Buffered(10).ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public void A_download_does_not_fill_a_deep_queue_on_the_way()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions { BytesPerSecond = 1_250_000, Buffer = 3_000_000, Delay = TimeSpan.FromMilliseconds(10) });
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 3000; i++)
            {
                network.A.Send(network.Now, 0, new byte[16_384]);
            }
        });
        network.RunFor(TimeSpan.FromSeconds(15));
        network.B.Received.Count.ShouldBeGreaterThan((int)(15 * 1_250_000 / 16_384 * 0.85));
        var began = network.Now;
        network.Do(network.A, _ => network.A.Send(network.Now, 2, [1]));
        network.Run(() => network.B.Received.Any(message => message.Stream == 2), TimeSpan.FromSeconds(5));
        (network.Now - began).ShouldBeLessThan(TimeSpan.FromMilliseconds(180));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Bulk_of_several_streams_takes_turns(bool interleaving)
    {
        var options = new SctpOptions { Interleaving = interleaving };
        var network = new SimulatedNetwork(1, new NetworkConditions(), options, options);
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (ushort stream = 0; stream < 12; stream++)
            {
                for (var i = 0; i < 20; i++)
                {
                    network.A.Send(network.Now, stream, new byte[20_000]);
                }
            }
        });
        network.Run(() => network.B.Received.Count == 120, TimeSpan.FromMinutes(1));
        var counts = network.B.Received.CountBy(message => message.Stream).ToDictionary();
        counts.Count.ShouldBe(12);
        counts.Values.Max().ShouldBeLessThanOrEqualTo(counts.Values.Min() + 2);
    }

    [Fact]
    public void Many_long_messages_at_once_do_not_fill_the_window_with_halves()
    {
        var options = new SctpOptions { ReceiveWindow = 1024 * 1024 };
        var network = new SimulatedNetwork(1, new NetworkConditions { Loss = 0.02 }, options, options);
        network.Establish();
        network.Do(network.A, _ =>
        {
            for (ushort stream = 0; stream < 30; stream++)
            {
                network.A.Send(network.Now, stream, new byte[200_000]);
            }
        });
        network.Run(() => network.B.Received.Count == 30, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_loss_on_one_stream_does_not_hold_up_another()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.Filter = (from, _) => from != network.A;
        network.Do(network.A, _ => network.A.Send(network.Now, 0, [1]));
        network.Filter = null;
        network.Do(network.A, _ => network.A.Send(network.Now, 2, [2]));
        network.Run(() => network.B.Received.Count == 1, TimeSpan.FromMilliseconds(15));
        network.B.Received[0].Stream.ShouldBe((ushort)2);
        network.Run(() => network.B.Received.Count == 2, TimeSpan.FromSeconds(1));
    }
}
