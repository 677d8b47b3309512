using Breeze.Core.Metrics;

namespace Breeze.Core.Transport;

/// <summary>
/// Sees readings after they are committed and before they are acknowledged: what it does is part of every heartbeat's price. Called from many threads at once,
/// for one device too. It must not throw, block or keep the list.
/// </summary>
public interface IReadingObserver
{
    /// <param name="agent">Whose they are.</param>
    /// <param name="reading">The newest one.</param>
    /// <param name="more">Others with times of their own, oldest first; most are older than <paramref name="reading"/>.</param>
    void Observe(AgentEntry agent, Reading? reading, IReadOnlyList<Reading>? more);
}
