namespace Breeze.WebRtc.Ice;

/// <summary>Where a candidate comes from (RFC 8445, 4); W3C names them <c>host</c>, <c>prflx</c>, <c>srflx</c>, <c>relay</c>.</summary>
public enum IceCandidateType { Host, PeerReflexive, ServerReflexive, Relayed }
