namespace Breeze.WebRtc.Sdp;

/// <summary>Who begins with DTLS (RFC 8842): the active side is its client.</summary>
enum SdpSetup { ActPass, Active, Passive }
