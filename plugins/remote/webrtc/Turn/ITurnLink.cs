using System.Net;

namespace Breeze.WebRtc.Turn;

/// <summary>Whole messages to a TURN server and back.</summary>
interface ITurnLink : IAsyncDisposable
{
    IPEndPoint Server { get; }

    /// <summary>The address that this side sends from.</summary>
    IPAddress Local { get; }
    bool IsStream { get; }

    /// <summary>Sends or drops; never throws.</summary>
    void Send(ReadOnlySpan<byte> message);

    /// <summary>Begins to deliver; <paramref name="ended"/> is called once, when nothing comes any more.</summary>
    void Start(Dtls.DatagramHandler received, Action ended);
}
