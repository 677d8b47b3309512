using Breeze.Protocol;

namespace Breeze.Agent.State;

/// <summary>What an enrolment gave: who this agent is, where its server is, and whose plugins it may load. Written again only when the server replaces the token.</summary>
sealed record AgentIdentity(string Server, Guid AgentId, string AuthToken, IReadOnlyList<PublisherKey> TrustedKeys)
{
    public bool InsecureHttp { get; init; }

    // The generated text would hold the token.
    public override string ToString() => $"agent {AgentId} of {Server}";
}
