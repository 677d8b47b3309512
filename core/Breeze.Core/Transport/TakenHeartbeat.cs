using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>A heartbeat that is queued.</summary>
/// <param name="NowMs">When it came, in Unix milliseconds by the server's clock.</param>
/// <param name="Samples">Its readings with times of their own.</param>
/// <param name="Unknown">Layouts that the server does not know.</param>
/// <param name="IsWaiting">Whether the device waited for approval when it came, so that nothing of it is kept.</param>
/// <param name="Stored">Completes after the commit, and fails when there was none; to be awaited exactly once.</param>
public readonly record struct TakenHeartbeat(Heartbeat Heartbeat, long NowMs, List<Reading>? Samples, List<string>? Unknown, bool IsWaiting, ValueTask Stored);
