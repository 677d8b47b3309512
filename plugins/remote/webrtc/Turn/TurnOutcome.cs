using System.Net;

namespace Breeze.WebRtc.Turn;

/// <summary>What came of asking for an allocation.</summary>
/// <param name="Error">Why there is none; null when there is one.</param>
/// <param name="Alternate">The server that the asked one names instead.</param>
readonly record struct TurnOutcome(string? Error, IPEndPoint? Alternate = null);
