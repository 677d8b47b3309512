namespace Breeze.WebRtc.Ice;

/// <summary>How far ICE is; the states of <c>RTCIceConnectionState</c> in W3C WebRTC.</summary>
public enum IceState { New, Checking, Connected, Completed, Disconnected, Failed, Closed }
