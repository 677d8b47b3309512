namespace Breeze.WebRtc;

/// <summary>Which part of the exchange a description is.</summary>
public enum RtcSdpType { Offer, Answer }

/// <summary>An offer or an answer, as signalling carries it.</summary>
public sealed record RtcSessionDescription(RtcSdpType Type, string Sdp);
