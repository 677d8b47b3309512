using Breeze.WebRtc.Dtls;
using Breeze.WebRtc.Sctp;
using Breeze.WebRtc.Sdp;

namespace Breeze.WebRtc;

/// <summary>What runs over ICE: DTLS, and SCTP over that.</summary>
public sealed partial class RtcPeerConnection
{
    /// <summary>The first pair is there: DTLS begins, once in the life of the connection.</summary>
    void BeginDtls()
    {
        lock (_sync)
        {
            if (_closed || _remote is null || _transport != Task.CompletedTask)
            {
                return;
            }
            var remote = _remote;
            _transport = Task.Run(() => RunTransportAsync(remote));
        }
    }

    async Task RunTransportAsync(SdpDataSection remote)
    {
        try
        {
            _pipe.Connect(_dtlsClient, _certificate, remote.Fingerprints);
            await _pipe.Connected;
            await _channels.AttachAsync(SctpAssociation.Create(_pipe, _dtlsClient, Options(remote), _time));
            _connected.TrySetResult();
            Update();
            await _pipe.Ended;
            lock (_sync)
            {
                _peerLeft = true;
            }
        }
        catch (Exception e)
        {
            lock (_sync)
            {
                _dtlsFailed = true;
            }
            LogFailed(_logger, e.Message);
            _connected.TrySetException(e as IOException ?? new IOException(e.Message, e));
        }
        Update();
    }

    SctpOptions Options(SdpDataSection remote) => new()
    {
        RemotePort = remote.SctpPort,
        MaxPacketSize = DtlsPipe.MaxDatagram,
        MaxMessageSize = _configuration.MaxMessageSize,
        RemoteMaxMessageSize = LargestFor(remote),
    };

    /// <summary>Nothing said means the default, and zero whatever the sender likes (RFC 8841, 6.1).</summary>
    static int LargestFor(SdpDataSection? remote) => (remote?.MaxMessageSize ?? SdpDataSection.DefaultMaxMessageSize) is > 0 and var most ? (int)Math.Min(most, int.MaxValue) : int.MaxValue;
}
