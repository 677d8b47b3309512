using System.Collections.Concurrent;
using System.Net;
using Breeze.WebRtc.Ice;
using Breeze.WebRtc.Stun;
using Breeze.WebRtc.Turn;

namespace Breeze.WebRtc.Tests.Turn;

public sealed class TurnClientTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<(TurnClient? Client, string? Error)> ConnectAsync(FakeTurnServer server, IceDatagramHandler? received = null, IceServerAddress? address = null) =>
        TurnConnector.ConnectAsync(address ?? server.Address, TimeProvider.System, received ?? ((_, _, _) => { }), Cancel);

    [Fact]
    public async Task An_allocation_is_asked_for_and_given_back()
    {
        var released = new TaskCompletionSource();
        await using var server = new FakeTurnServer((r, _) =>
        {
            if (r.Method == StunMethod.Refresh && r.UInt32(StunAttribute.Lifetime) == 0)
            {
                released.TrySetResult();
            }
            return null;
        });
        var (client, error) = await ConnectAsync(server);
        error.ShouldBeNull();
        client!.LocalEndPoint.ShouldBe(FakeTurnServer.Relay);
        client.Mapped!.Port.ShouldBe(server.Client!.Port);
        await client.DisposeAsync();
        await released.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
    }

    [Fact]
    public async Task A_stale_nonce_is_replaced()
    {
        await using var server = new FakeTurnServer();
        var (client, _) = await ConnectAsync(server);
        server.Nonce = "second";
        await using (client)
        {
            client!.Prefer(new(new(IPAddress.Loopback, 7)));
            await UntilAsync(() => server.Count(StunMethod.ChannelBind) == 2);
        }
        server.Requests.Last(r => r.Method == StunMethod.ChannelBind).Text(StunAttribute.Nonce, 100).ShouldBe("second");
    }

    [Fact]
    public async Task A_server_that_never_likes_the_nonce_is_not_asked_without_end()
    {
        FakeTurnServer? server = null;
        server = new((r, _) => r.Method == StunMethod.Allocate && r.HasIntegrity ? server!.Challenge(r, 438) : null);
        await using (server)
        {
            var (client, error) = await ConnectAsync(server);
            client.ShouldBeNull();
            error!.ShouldContain("438");
            server.Count(StunMethod.Allocate).ShouldBe(4);
        }
    }

    [Theory]
    [InlineData(486, "as many addresses")]
    [InlineData(508, "no address left")]
    [InlineData(403, "forbids")]
    public async Task A_refusal_is_said_in_words(int code, string expected)
    {
        await using var server = new FakeTurnServer((r, _) => r.HasIntegrity ? FakeTurnServer.Refuse(r, code) : null);
        (await ConnectAsync(server)).Error!.ShouldContain(expected);
    }

    [Fact]
    public async Task Wrong_credentials_are_told()
    {
        await using var server = new FakeTurnServer();
        var (client, error) = await ConnectAsync(server, address: server.Address with { Credential = "wrong" });
        client.ShouldBeNull();
        error!.ShouldContain("credentials");
    }

    [Fact]
    public async Task An_answer_that_the_key_does_not_vouch_for_is_ignored()
    {
        var forged = 0;
        await using var server = new FakeTurnServer((r, from) => r.Method == StunMethod.Allocate && r.HasIntegrity && forged++ == 0 ? FakeTurnServer.Allocated(r, new(IPAddress.Parse("192.0.2.66"), 6)).Sign([1]) : null);
        var (client, _) = await ConnectAsync(server);
        await using (client)
        {
            client!.Mapped!.Address.ShouldBe(IPAddress.Loopback);
        }
        forged.ShouldBe(2);
    }

    [Fact]
    public async Task Another_server_is_followed_but_not_in_circles()
    {
        await using var goal = new FakeTurnServer();
        await using var first = new FakeTurnServer((r, _) => FakeTurnServer.Refuse(r, 300).Add(StunAttribute.AlternateServer, goal.EndPoint));
        var (client, _) = await ConnectAsync(first);
        await using (client)
        {
            client.ShouldNotBeNull();
            goal.Count(StunMethod.Allocate).ShouldBe(2);
        }

        FakeTurnServer? ping = null;
        FakeTurnServer? pong = null;
        ping = new((r, _) => FakeTurnServer.Refuse(r, 300).Add(StunAttribute.AlternateServer, pong!.EndPoint));
        pong = new((r, _) => FakeTurnServer.Refuse(r, 300).Add(StunAttribute.AlternateServer, ping.EndPoint));
        await using (ping)
        await using (pong)
        {
            (await ConnectAsync(ping)).Client.ShouldBeNull();
            (ping.Count(StunMethod.Allocate) + pong.Count(StunMethod.Allocate)).ShouldBe(3);
        }
    }

    [Fact]
    public async Task Data_goes_by_indication_and_then_by_channel()
    {
        using var received = new BlockingCollection<(IPEndPoint From, byte[] Data)>();
        await using var server = new FakeTurnServer();
        var (client, _) = await ConnectAsync(server, (_, from, data) => received.Add((from.EndPoint, data.ToArray())));
        await using (client)
        {
            var peer = new IcePeer(new(IPAddress.Parse("192.0.2.9"), 1234));
            // The first waits for the permission instead of being lost.
            client!.Send([22, 1], peer).ShouldBeTrue();
            await UntilAsync(() => server.Requests.Any(r => r.Method == StunMethod.Send));
            var indication = server.Requests.Single(r => r.Method == StunMethod.Send);
            indication.Address(StunAttribute.XorPeerAddress).ShouldBe(peer.EndPoint);
            indication.Get(StunAttribute.Data).ToArray().ShouldBe([22, 1]);
            server.Count(StunMethod.CreatePermission).ShouldBe(1);

            client.Prefer(peer);
            byte[]? frame = null;
            await UntilAsync(() =>
            {
                client.Send([22, 2, 3], peer);
                return server.ChannelData.TryTake(out frame);
            });
            frame![4..].ShouldBe([22, 2, 3]);
            server.Count(StunMethod.CreatePermission).ShouldBe(1);

            server.Send(frame);
            server.Send(new StunBuilder(StunClass.Indication, StunMethod.Data, StunTransactionId.Create())
                .Add(StunAttribute.XorPeerAddress, new IPEndPoint(IPAddress.Parse("192.0.2.10"), 5)).Add(StunAttribute.Data, (ReadOnlySpan<byte>)[9]).Build());
            received.Take(Cancel).From.ShouldBe(peer.EndPoint);
            var second = received.Take(Cancel);
            second.From.ToString().ShouldBe("192.0.2.10:5");
            second.Data.ShouldBe([9]);
        }
    }

    [Fact]
    public async Task An_allocation_renews_itself_before_its_end()
    {
        await using var server = new FakeTurnServer((r, from) => r.IsSignedWith(FakeTurnServer.Key) && r.Method is StunMethod.Allocate or StunMethod.Refresh ? FakeTurnServer.Allocated(r, from, lifetime: 1).Sign(FakeTurnServer.Key) : null);
        var (client, _) = await ConnectAsync(server);
        await using (client)
        {
            await UntilAsync(() => server.Count(StunMethod.Refresh) >= 2);
            client!.Ended.IsCompleted.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task An_allocation_that_the_server_has_forgotten_ends()
    {
        await using var server = new FakeTurnServer((r, from) =>
            !r.HasIntegrity ? null : r.Method == StunMethod.Allocate ? FakeTurnServer.Allocated(r, from, lifetime: 1).Sign(FakeTurnServer.Key) : FakeTurnServer.Refuse(r, 437));
        var (client, _) = await ConnectAsync(server);
        await using (client)
        {
            await client!.Ended.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
        }
    }

    [Fact]
    public async Task Broken_messages_of_a_server_are_harmless()
    {
        await using var server = new FakeTurnServer();
        var (client, _) = await ConnectAsync(server);
        await using (client)
        {
            var random = new Random(6);
            byte[][] seeds =
            [
                new StunBuilder(StunClass.Indication, StunMethod.Data, StunTransactionId.Create()).Add(StunAttribute.XorPeerAddress, FakeTurnServer.Relay).Add(StunAttribute.Data, (ReadOnlySpan<byte>)[1, 2, 3]).Build(),
                [0x40, 0, 0, 3, 1, 2, 3, 0],
                new StunBuilder(StunClass.Error, StunMethod.Refresh, StunTransactionId.Create()).AddError(438, "x").Add(StunAttribute.Nonce, "n").Build(),
            ];
            for (var i = Math.Min(Fuzz.Rounds(1_000), 100_000); i > 0; i--)
            {
                server.Send(Fuzz.Mutate(seeds[i % seeds.Length], random).DefaultIfEmpty((byte)0).ToArray());
            }
            client!.Prefer(new(new(IPAddress.Loopback, 7)));
            await UntilAsync(() => server.Count(StunMethod.ChannelBind) >= 1);
        }
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }
}
