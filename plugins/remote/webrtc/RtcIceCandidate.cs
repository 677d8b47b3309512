namespace Breeze.WebRtc;

/// <summary>A candidate, as signalling carries it; the members of <c>RTCIceCandidateInit</c> in W3C WebRTC.</summary>
/// <param name="Candidate">The line that begins with <c>candidate:</c>; empty when there are no more.</param>
/// <param name="SdpMid">The media section that it belongs to.</param>
/// <param name="SdpMLineIndex">The number of that section.</param>
/// <param name="UsernameFragment">The ICE session that it belongs to: a restart makes a new one.</param>
public sealed record RtcIceCandidate(string Candidate, string? SdpMid, int? SdpMLineIndex, string? UsernameFragment);
