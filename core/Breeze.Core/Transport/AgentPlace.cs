namespace Breeze.Core.Transport;

/// <summary>The organization and site of an agent's device.</summary>
public sealed record AgentPlace(Guid OrganizationId, Guid SiteId);
