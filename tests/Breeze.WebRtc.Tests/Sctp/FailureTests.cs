using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sctp.Packets;

namespace Breeze.WebRtc.Tests.Sctp;

public sealed class FailureTests
{
    [Fact]
    public void A_peer_that_never_acknowledges_ends_the_association_in_bounded_time_and_memory()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.Filter = (from, packet) => from == network.A;
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 100; i++)
            {
                network.A.Send(network.Now, 0, new byte[10_000]);
            }
        });
        var began = network.Now;
        network.Run(() => network.A.HasEnded, TimeSpan.FromSeconds(45));
        (network.Now - began).ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40));
        network.A.EndReason.ShouldNotBeNull().ShouldContain("stopped answering");
        network.PacketsSent.ShouldBeLessThan(200);
        network.A.Core.Buffered(0).ShouldBe(0);
    }

    [Fact]
    public void An_idle_peer_that_is_gone_is_noticed_by_heartbeats()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.RunFor(TimeSpan.FromMinutes(2));
        (network.A.HasEnded, network.B.HasEnded).ShouldBe((false, false));
        network.Conditions = network.Conditions with { Loss = 1 };
        network.Run(() => network.A.HasEnded && network.B.HasEnded, TimeSpan.FromSeconds(45));
    }

    [Fact]
    public void A_reader_that_does_not_read_stops_the_sender_and_nothing_is_lost_when_it_goes_on()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions { Loss = 0.01 });
        network.Establish();
        network.B.Reads = false;
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 300; i++)
            {
                network.A.Send(network.Now, 0, new byte[16_384]);
            }
        });
        network.RunFor(TimeSpan.FromMinutes(1));
        network.B.Core.Window.Used.ShouldBeLessThan(2 * 1024 * 1024 + 32_768);
        network.A.Core.Buffered(0).ShouldBeGreaterThan(2_500_000);
        network.A.HasEnded.ShouldBeFalse();

        network.B.Reads = true;
        network.B.ReadAll();
        network.Do(network.B, _ => { });
        var began = network.Now;
        network.Run(() => network.B.Received.Count == 300, TimeSpan.FromSeconds(20));
        (network.Now - began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_lost_window_update_is_found_by_probing()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.B.Reads = false;
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 40; i++)
            {
                network.A.Send(network.Now, 0, new byte[65_536]);
            }
        });
        network.RunFor(TimeSpan.FromSeconds(10));
        network.B.Reads = true;
        network.B.ReadAll();
        network.Filter = (_, _) => false;
        network.Do(network.B, _ => { });
        network.Filter = null;
        network.Run(() => network.B.Received.Count == 40, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_flood_of_tiny_messages_closes_the_window_as_well()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(1) });
        network.Establish();
        network.B.Reads = false;
        network.Do(network.A, _ =>
        {
            for (var i = 0; i < 60_000; i++)
            {
                network.A.Send(network.Now, 0, [1]);
            }
        });
        network.RunFor(TimeSpan.FromSeconds(20));
        network.B.Unread.ShouldBeInRange(10_000, 45_000);
        network.A.HasEnded.ShouldBeFalse();
    }

    [Fact]
    public void ABORT_ends_both_sides_at_once()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.Do(network.A, core => core.Fail("enough", ErrorCause.UserInitiatedAbort));
        network.RunFor(TimeSpan.FromMilliseconds(20));
        network.A.EndReason.ShouldBe("enough");
        network.B.EndReason.ShouldNotBeNull().ShouldContain("peer");
    }

    [Fact]
    public void A_packet_for_an_association_that_is_over_is_answered_with_ABORT()
    {
        var network = new SimulatedNetwork(1, new NetworkConditions());
        network.Establish();
        network.Filter = (_, _) => false;
        network.Do(network.A, core => core.Fail("enough", ErrorCause.UserInitiatedAbort));
        network.Filter = null;
        network.Do(network.B, _ => network.B.Send(network.Now, 0, [1]));
        network.Run(() => network.B.HasEnded, TimeSpan.FromMilliseconds(50));
    }

    [Theory, InlineData(0.0), InlineData(0.3)]
    public void Shutdown_lets_everything_arrive_first(double loss)
    {
        var network = new SimulatedNetwork(4, new NetworkConditions { Loss = loss, Delay = TimeSpan.FromMilliseconds(2) }, new SctpOptions { ShutdownTimeout = TimeSpan.FromSeconds(20) });
        network.Establish();
        network.Do(network.A, core =>
        {
            for (var i = 0; i < 20; i++)
            {
                network.A.Send(network.Now, 0, new byte[10_000]);
            }
            core.Shutdown(network.Now);
        });
        network.Run(() => network.A.HasEnded && network.B.HasEnded, TimeSpan.FromSeconds(30));
        network.B.Received.Count.ShouldBe(20);
        network.B.EndReason.ShouldBeNull();
    }

    [Fact]
    public void Both_sides_may_shut_down_at_the_same_time()
    {
        var network = new SimulatedNetwork(4, new NetworkConditions());
        network.Establish();
        network.A.Core.Shutdown(network.Now);
        network.Do(network.B, core => core.Shutdown(network.Now));
        network.Do(network.A, _ => { });
        network.Run(() => network.A.HasEnded && network.B.HasEnded, TimeSpan.FromSeconds(1));
        (network.A.EndReason, network.B.EndReason).ShouldBe((null, null));
    }

    [Fact]
    public void Shutdown_towards_a_peer_that_is_gone_ends_after_its_timeout()
    {
        var network = new SimulatedNetwork(4, new NetworkConditions());
        network.Establish();
        network.Conditions = new NetworkConditions { Loss = 1 };
        var began = network.Now;
        network.Do(network.A, core => core.Shutdown(network.Now));
        network.Run(() => network.A.HasEnded, TimeSpan.FromSeconds(5));
        (network.Now - began).ShouldBe(TimeSpan.FromSeconds(2));
    }
}
