using System.Net;

namespace Breeze.WebRtc.Ice;

/// <summary>A transport address at which one side may be reached, over UDP.</summary>
/// <param name="Foundation">The same for candidates that would fare alike.</param>
/// <param name="Priority">Higher is better.</param>
/// <param name="EndPoint">The address.</param>
/// <param name="Type">Where it comes from.</param>
/// <param name="Related">The address that it stands for: of a reflexive one its base, of a relayed one what the TURN server saw.</param>
sealed record IceCandidate(string Foundation, uint Priority, IPEndPoint EndPoint, IceCandidateType Type, IPEndPoint? Related = null);
