using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>What a heartbeat says of its device, beside the readings.</summary>
/// <param name="AtMs">When it came, in Unix milliseconds by the server's clock.</param>
readonly record struct Presence(long AtMs, string AgentStatus, string Address, KeyFigures Figures);
