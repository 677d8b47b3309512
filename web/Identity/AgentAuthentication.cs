using System.Text;
using Breeze.Core.Transport;
using Breeze.Web.Api;

namespace Breeze.Web.Identity;

/// <summary>Knows an agent by its bearer token, in memory: a wrong token costs a hash, and a query at most a few times a second.</summary>
sealed class AgentAuthentication(AgentDirectory directory, NewAgents newcomers, AgentTokens tokens)
{
    const int MaximumTokenLength = 200;

    /// <summary>The agent of the request, which must be the one of the route; otherwise the response is written and null returned.</summary>
    public ValueTask<AgentEntry?> AuthenticateAsync(HttpContext context) =>
        AuthenticateAsync(context, Guid.TryParse(context.Request.RouteValues["id"] as string, out var id) ? id : Guid.Empty);

    /// <summary>The same, of an address whose id is known.</summary>
    public async ValueTask<AgentEntry?> AuthenticateAsync(HttpContext context, Guid deviceId)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var agent = Find(header, out var hash);
        agent ??= hash == default ? null : await newcomers.FindAsync(deviceId, hash, context.RequestAborted);
        if (agent is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiProblem.WriteAsync(context, 401, "agent_unauthenticated", "The agent's token is not valid.",
                "Enrol the agent again if its device was removed or its token revoked; otherwise it will be accepted again once the server knows it.");
            return null;
        }
        if (deviceId != agent.DeviceId)
        {
            await ApiProblem.WriteAsync(context, 403, "agent_mismatch", "This token belongs to another agent.", "Use the agent_id that came with the token.");
            return null;
        }
        if (agent.PendingToken == hash)
        {
            await tokens.ConfirmAsync(agent, hash, context.RequestAborted);
        }
        return agent;
    }

    AgentEntry? Find(string header, out TokenHash hash)
    {
        hash = default;
        const string scheme = "Bearer ";
        if (header.Length <= scheme.Length || header.Length > MaximumTokenLength || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        Span<byte> token = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaximumTokenLength)];
        var length = Encoding.UTF8.GetBytes(header.AsSpan(scheme.Length), token);
        return directory.FindByToken(token[..length], out hash);
    }
}
