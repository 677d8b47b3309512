using Breeze.Features.Alerting.Notifying;

namespace Breeze.Features.Alerting.Suppression;

/// <summary>What became of a batch of events.</summary>
/// <param name="Alerts">Those to tell and those to be silent about, in their order.</param>
/// <param name="Held">Events that wait, and until when.</param>
/// <param name="Partners">Whose alerts look otherwise now.</param>
sealed record SuppressionDecision(IReadOnlyList<RoutedAlert> Alerts, IReadOnlyDictionary<Guid, DateTimeOffset> Held, IReadOnlySet<Guid> Partners);
