namespace Breeze.WebRtc;

/// <summary>A STUN or TURN server; the members of <c>RTCIceServer</c> in W3C WebRTC.</summary>
/// <param name="Urls">As <c>stun:host:3478</c>, <c>turn:host:3478?transport=udp</c>, <c>turn:host?transport=tcp</c>, <c>turns:host:5349</c>.</param>
/// <param name="Username">Of TURN.</param>
/// <param name="Credential">The password of TURN.</param>
public sealed record RtcIceServer(IReadOnlyList<string> Urls, string Username = "", string Credential = "");
