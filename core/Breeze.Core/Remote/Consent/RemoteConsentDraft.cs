namespace Breeze.Core.Remote.Consent;

/// <summary>A rule as somebody wants it; what is left out is as usual.</summary>
public sealed record RemoteConsentDraft(Guid? OrganizationId, string? DeviceType, string? Kind, string? Mode, int? TimeoutSeconds, string? OnTimeout, string? WhenNobody);
