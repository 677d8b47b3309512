using System.Threading.Channels;
using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Sdp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.WebRtc.Tests.Dtls;

/// <summary>Two pipes whose datagrams reach each other by way of a filter: true lets one through.</summary>
sealed class TwoPipes : IAsyncDisposable
{
    readonly Channel<byte[]> _atClient = Channel.CreateUnbounded<byte[]>();
    readonly Channel<byte[]> _atServer = Channel.CreateUnbounded<byte[]>();

    public TwoPipes()
    {
        Client = new(d => Pass(d, Server!), NullLogger.Instance);
        Server = new(d => Pass(d, Client), NullLogger.Instance);
    }

    public DtlsPipe Client { get; }
    public DtlsPipe Server { get; }
    public DtlsCertificate ClientCertificate { get; } = DtlsCertificate.Create(TimeProvider.System);
    public DtlsCertificate ServerCertificate { get; } = DtlsCertificate.Create(TimeProvider.System);
    public Func<byte[], bool> Filter { get; set; } = _ => true;
    public TaskCompletionSource ClientClosed { get; } = new();
    public TaskCompletionSource ServerClosed { get; } = new();
    public ChannelReader<byte[]> AtClient => _atClient.Reader;
    public ChannelReader<byte[]> AtServer => _atServer.Reader;

    void Pass(ReadOnlySpan<byte> datagram, DtlsPipe to)
    {
        var bytes = datagram.ToArray();
        if (Filter(bytes))
        {
            to.Deliver(bytes);
        }
    }

    public void Begin(SdpFingerprint? ofClient = null, SdpFingerprint? ofServer = null)
    {
        Client.Start(d => _atClient.Writer.TryWrite(d.ToArray()), ClientClosed.SetResult);
        Server.Start(d => _atServer.Writer.TryWrite(d.ToArray()), ServerClosed.SetResult);
        Server.Connect(client: false, ServerCertificate, [ofClient ?? ClientCertificate.Fingerprint]);
        Client.Connect(client: true, ClientCertificate, [ofServer ?? ServerCertificate.Fingerprint]);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
