using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Sdp;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Breeze.WebRtc.Tests.Dtls;

public sealed class DtlsPipeTests
{
    static readonly SdpFingerprint Other = DtlsCertificate.Create(TimeProvider.System).Fingerprint;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task Soon(Task task) => task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

    [Fact]
    public async Task Datagrams_go_both_ways_and_are_not_readable_between()
    {
        await using var two = new TwoPipes();
        List<byte[]> seen = [];
        two.Filter = d =>
        {
            lock (seen)
            {
                seen.Add(d);
            }
            return true;
        };
        two.Begin();
        await Soon(Task.WhenAll(two.Client.Connected, two.Server.Connected));
        var message = Enumerable.Range(0, DtlsPipe.MaxDatagram).Select(i => (byte)(i % 7)).ToArray();
        two.Client.Send(message);
        (await two.AtServer.ReadAsync(Cancel)).ShouldBe(message);
        two.Server.Send([1, 2, 3]);
        (await two.AtClient.ReadAsync(Cancel)).ShouldBe([1, 2, 3]);
        lock (seen)
        {
            seen.ShouldAllBe(d => d.Length <= 1280 - 48 && d[0] >= 20 && d[0] <= 63);
            seen.Exists(d => d.AsSpan().IndexOf(message.AsSpan(0, 50)) >= 0).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_server_with_another_certificate_than_promised_is_refused()
    {
        await using var two = new TwoPipes();
        two.Begin(ofServer: Other);
        (await Should.ThrowAsync<IOException>(Soon(two.Client.Connected))).Message.ShouldContain("not the one");
        await Should.ThrowAsync<IOException>(Soon(two.Server.Connected));
        await Soon(two.ClientClosed.Task);
    }

    [Fact]
    public async Task A_client_with_another_certificate_than_promised_is_refused()
    {
        await using var two = new TwoPipes();
        two.Begin(ofClient: Other);
        (await Should.ThrowAsync<IOException>(Soon(two.Server.Connected))).Message.ShouldContain("not the one");
        await Soon(two.ServerClosed.Task);
        two.AtServer.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var two = new TwoPipes();
        var anonymous = new DtlsDatagrams(two.Server.Deliver);
        two.Filter = d =>
        {
            anonymous.Deliver(d);
            return false;
        };
        two.Server.Start(_ => { }, two.ServerClosed.SetResult);
        two.Server.Connect(client: false, two.ServerCertificate, [two.ClientCertificate.Fingerprint]);
        var client = Task.Run(() => new DtlsClientProtocol().Connect(new Anonymous(), anonymous), Cancel);
        (await Should.ThrowAsync<IOException>(Soon(two.Server.Connected))).Message.ShouldContain("no certificate");
        await Should.ThrowAsync<Exception>(Soon(client));
    }

    [Fact]
    public async Task Lost_flights_of_the_handshake_are_sent_again()
    {
        await using var two = new TwoPipes();
        var count = 0;
        two.Filter = _ => Interlocked.Increment(ref count) is not (1 or 4 or 7);
        two.Begin();
        await Soon(Task.WhenAll(two.Client.Connected, two.Server.Connected));
    }

    [Fact]
    public async Task Closing_tells_the_peer()
    {
        await using var two = new TwoPipes();
        two.Begin();
        await Soon(Task.WhenAll(two.Client.Connected, two.Server.Connected));
        await two.Client.DisposeAsync();
        await Soon(two.ServerClosed.Task);
        await Soon(two.ClientClosed.Task);
        two.Client.Send([1]);
        two.Server.Send([1]);
    }

    [Fact]
    public async Task Closing_before_the_handshake_ends_it()
    {
        await using var two = new TwoPipes();
        two.Filter = _ => false;
        two.Begin();
        await two.Client.DisposeAsync();
        await Should.ThrowAsync<IOException>(Soon(two.Client.Connected));
        await Soon(two.ClientClosed.Task);
    }

    [Fact]
    public async Task Broken_records_do_not_end_a_connection()
    {
        await using var two = new TwoPipes();
        List<byte[]> seen = [];
        two.Filter = d =>
        {
            lock (seen)
            {
                seen.Add(d);
            }
            return true;
        };
        two.Begin();
        await Soon(Task.WhenAll(two.Client.Connected, two.Server.Connected));
        two.Client.Send([7, 7, 7]);
        (await two.AtServer.ReadAsync(Cancel)).ShouldBe([7, 7, 7]);
        byte[][] seeds;
        lock (seen)
        {
            seeds = [.. seen];
        }
        var random = new Random(4);
        for (var i = Fuzz.Rounds(2_000); i > 0; i--)
        {
            var seed = seeds[random.Next(seeds.Length)];
            // Every other time only the header, which nothing vouches for.
            two.Server.Deliver(i % 2 == 0 ? Fuzz.Mutate(seed, random) : [.. Fuzz.Mutate(seed[..13], random), .. seed[13..]]);
            if (i % 500 == 0)
            {
                // Lets the reader catch up, for a full queue drops.
                two.Client.Send([8]);
                var read = two.AtServer.ReadAsync(Cancel).AsTask();
                (await Task.WhenAny(read, two.ServerClosed.Task, Task.Delay(TimeSpan.FromSeconds(20), Cancel))).ShouldBe(read, $"after {i} more");
                (await read).ShouldBe([8]);
            }
        }
        two.Client.Send([9]);
        byte[] last;
        do
        {
            last = await two.AtServer.ReadAsync(Cancel);
        }
        while (!last.SequenceEqual(new byte[] { 9 }));
    }

    [Fact]
    public async Task Broken_hellos_end_in_an_error_and_nothing_worse()
    {
        await using var two = new TwoPipes();
        var hello = new TaskCompletionSource<byte[]>();
        two.Filter = d => !hello.TrySetResult(d) && false;
        two.Begin();
        var seed = await hello.Task.WaitAsync(Cancel);
        var random = new Random(5);
        for (var i = Math.Min(Fuzz.Rounds(60), 5_000); i > 0; i--)
        {
            var server = new DtlsPipe(_ => { }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            server.Connect(client: false, two.ServerCertificate, [Other]);
            server.Deliver(Fuzz.Mutate(seed, random));
            server.Deliver(Fuzz.Mutate(seed, random));
            await server.DisposeAsync();
            await Soon(server.Ended);
            server.Connected.IsCompletedSuccessfully.ShouldBeFalse();
        }
    }

    sealed class Anonymous() : DefaultTlsClient(new BcTlsCrypto())
    {
        protected override ProtocolVersion[] GetSupportedVersions() => DtlsSettings.Versions;

        public override int GetHandshakeTimeoutMillis() => 5000;

        public override TlsAuthentication GetAuthentication() => new NoCertificate();

        sealed class NoCertificate : TlsAuthentication
        {
            public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
            {
            }

            public TlsCredentials? GetClientCredentials(CertificateRequest certificateRequest) => null;
        }
    }
}
