using Breeze.WebRtc.DataChannels;
using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Tests.Sctp;

namespace Breeze.WebRtc.Tests.DataChannels;

/// <summary>Two associations over a pipe in memory.</summary>
sealed class Connection : IAsyncDisposable
{
    readonly IAsyncEnumerator<IRtcDataChannel> acceptedByA, acceptedByB;

    public Connection(double loss = 0, SctpOptions? options = null, SctpOptions? optionsOfB = null)
    {
        (PipeA, PipeB) = MemoryPipe.Pair(loss);
        A = SctpAssociation.Create(PipeA, dtlsClient: true, options ?? new SctpOptions(), TimeProvider.System);
        B = SctpAssociation.Create(PipeB, dtlsClient: false, optionsOfB ?? options ?? new SctpOptions(), TimeProvider.System);
        acceptedByA = A.AcceptAllAsync(Cancel).GetAsyncEnumerator(Cancel);
        acceptedByB = B.AcceptAllAsync(Cancel).GetAsyncEnumerator(Cancel);
    }

    public MemoryPipe PipeA { get; }
    public MemoryPipe PipeB { get; }
    public SctpAssociation A { get; }
    public SctpAssociation B { get; }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<IRtcDataChannel> AcceptByAAsync() => await acceptedByA.MoveNextAsync() ? acceptedByA.Current : throw new InvalidOperationException("A has ended.");

    public async Task<IRtcDataChannel> AcceptByBAsync() => await acceptedByB.MoveNextAsync() ? acceptedByB.Current : throw new InvalidOperationException("B has ended.");

    /// <summary>A channel that A opens, at both ends.</summary>
    public async Task<(IRtcDataChannel A, IRtcDataChannel B)> OpenAsync(string label = "channel", RtcDataChannelOptions? options = null)
    {
        var a = A.Open(label, options ?? new RtcDataChannelOptions());
        return (a, await AcceptByBAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
        await PipeA.DisposeAsync();
        await PipeB.DisposeAsync();
    }
}
