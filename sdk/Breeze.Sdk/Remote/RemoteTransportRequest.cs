namespace Breeze.Sdk;

/// <summary>A browser's offer of another way than the relay.</summary>
/// <param name="Offer">In SDP, with one ordered and reliable data channel named <c>breeze</c>; input.</param>
/// <param name="Servers">What the server lets this session use.</param>
/// <param name="Signaling">To the browser; valid until the session ends.</param>
public sealed record RemoteTransportRequest(string Offer, IReadOnlyList<RemoteTransportServer> Servers, IRemoteSignaling Signaling);
