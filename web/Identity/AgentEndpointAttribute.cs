namespace Breeze.Web.Identity;

/// <summary>For agents, which are known by their own tokens: the endpoint checks them itself through <see cref="AgentAuthentication"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AgentEndpointAttribute : Attribute;
