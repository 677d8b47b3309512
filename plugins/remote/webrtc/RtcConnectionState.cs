namespace Breeze.WebRtc;

/// <summary>ICE and DTLS in one; the states of <c>RTCPeerConnectionState</c> in W3C WebRTC.</summary>
public enum RtcConnectionState { New, Connecting, Connected, Disconnected, Failed, Closed }

/// <summary>Where the exchange of descriptions is; the states of <c>RTCSignalingState</c> in W3C WebRTC.</summary>
public enum RtcSignalingState { Stable, HaveLocalOffer, HaveRemoteOffer, Closed }
