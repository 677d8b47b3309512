namespace Breeze.WebRtc.Tests.Sdp;

static class SdpSamples
{
    public const string Fingerprint = "2B:46:6A:8B:13:43:DD:E0:E2:B4:5C:FE:54:A8:40:06:7B:0E:E2:4A:0A:B5:43:8C:40:AA:0F:24:F8:E6:B1:D1";

    /// <summary>As Chromium offers: with an audio section before the data channels.</summary>
    public const string Offer =
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 data\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n"
        + "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n"
        + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
        + "a=candidate:3871738 1 udp 2113937151 6b3b5b64-3a1c-4a53-ae70-0d3b9d0a2b11.local 50421 typ host generation 0 ufrag Qx9f network-cost 999\r\n"
        + "a=candidate:842163049 1 udp 1677729535 203.0.113.9 50421 typ srflx raddr 0.0.0.0 rport 0 generation 0 network-cost 999\r\n"
        + "a=candidate:1 1 tcp 1518280447 192.0.2.9 9 typ host tcptype active\r\n"
        + "a=ice-ufrag:Qx9f\r\na=ice-pwd:8oXj2bC5Yk0zQ7/5u+PZqL1m\r\na=ice-options:trickle\r\na=fingerprint:sha-256 " + Fingerprint
        + "\r\na=setup:actpass\r\na=mid:data\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";
}
