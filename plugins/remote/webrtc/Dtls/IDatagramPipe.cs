namespace Breeze.WebRtc.Dtls;

/// <summary>Receives one datagram. The span is valid during the call only.</summary>
public delegate void DatagramHandler(ReadOnlySpan<byte> datagram);

/// <summary>
/// Whole datagrams to one peer and back, which may be lost, doubled or reordered: below SCTP it is what DTLS carries (RFC 8261), in tests a simulated network.
/// </summary>
public interface IDatagramPipe : IAsyncDisposable
{
    /// <summary>The largest datagram that <see cref="Send"/> takes, in bytes.</summary>
    int MaxDatagramSize { get; }

    /// <summary>Sends or drops; never blocks for long and never throws, also not after the close. Any thread.</summary>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>
    /// Begins to deliver. Called once. <paramref name="received"/> is called by one thread at a time, in the order of arrival; <paramref name="closed"/> once, when
    /// nothing will arrive any more, whoever caused it.
    /// </summary>
    void Start(DatagramHandler received, Action closed);
}
