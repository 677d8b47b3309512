using Breeze.Sdk;
using Breeze.WebRtc;
using Breeze.WebRtc.DataChannels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Breeze.Remote.WebRtcTransport;

/// <summary>Answers a browser's offer and hands on the data channel that comes of it.</summary>
sealed partial class WebRtcTransport : IRemoteTransport
{
    const string Label = "breeze";

    /// <summary>What a channel of a session must take at least.</summary>
    const int LeastMessage = 64 << 10;

    WebRtcOptions _options = new(RelayOnly: false);
    ILogger _logger = NullLogger.Instance;

    /// <inheritdoc />
    public string Name => "webrtc";

    public void Start(WebRtcOptions options, ILogger logger) => (_options, _logger) = (options, logger);

    /// <inheritdoc />
    public async ValueTask<IRemoteChannel?> ConnectAsync(RemoteTransportRequest request, CancellationToken cancellationToken)
    {
        var link = new WebRtcLink(new RtcPeerConnection(Configuration(request.Servers), _logger), request.Signaling, _logger);
        WebRtcChannel? channel = null;
        try
        {
            channel = await OpenAsync(link, request, cancellationToken);
        }
        catch (Exception e) when (e is RtcException or IOException)
        {
            LogRefused(_logger, e.Message);
        }
        finally
        {
            if (channel is null)
                await link.DisposeAsync();
        }
        return channel;
    }

    RtcConfiguration Configuration(IReadOnlyList<RemoteTransportServer> servers) => new()
    {
        IceServers = [.. servers.Select(s => new RtcIceServer(s.Urls, s.Username ?? "", s.Credential ?? ""))],
        IncludeLoopback = _options.Loopback,
        IceTransportPolicy = _options.RelayOnly ? RtcIceTransportPolicy.Relay : RtcIceTransportPolicy.All,
    };

    static async Task<WebRtcChannel?> OpenAsync(WebRtcLink link, RemoteTransportRequest request, CancellationToken cancellationToken)
    {
        link.Peer.SetRemoteDescription(new(RtcSdpType.Offer, request.Offer));
        if (link.Peer.RemoteMaxMessageSize < LeastMessage)
            throw new RtcException("The browser takes messages too small for a session.");
        var answer = link.Peer.CreateAnswer();
        link.Peer.SetLocalDescription(answer);
        await request.Signaling.SendAnswerAsync(answer.Sdp, cancellationToken);
        link.Start();
        // The first that is what was agreed on; there is no second.
        await foreach (var channel in link.Peer.AcceptDataChannelsAsync(cancellationToken))
        {
            if (channel.Label == Label && channel.Options is { Ordered: true, MaxRetransmits: null, MaxPacketLifeTime: null })
            {
                await channel.Opened.WaitAsync(cancellationToken);
                return new(channel, link);
            }
            await channel.DisposeAsync();
        }
        return null;
    }

    [LoggerMessage(LogLevel.Information, "A session does not go by WebRTC: {Reason}")]
    static partial void LogRefused(ILogger logger, string reason);
}
