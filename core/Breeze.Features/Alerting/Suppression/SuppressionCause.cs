namespace Breeze.Features.Alerting.Suppression;

/// <summary>What an alert is suppressed by: one of <see cref="SuppressedBy"/>, the id of the window, device or incident, and its words.</summary>
sealed record SuppressionCause(string By, Guid? Id, string Text);
