namespace Breeze.Features.Alerting.OnCall;

/// <summary>A span in which one person is on call.</summary>
/// <param name="UserId">Null when nobody is: a gap.</param>
/// <param name="Layer">The place of the layer that says so, counted from 0; null for an override and a gap.</param>
/// <param name="OverrideId">The override that says so.</param>
public sealed record OnCallTurn(Guid? UserId, DateTimeOffset From, DateTimeOffset Until, int? Layer, Guid? OverrideId);
