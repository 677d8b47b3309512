namespace Breeze.Protocol;

/// <summary>The answer to an enrolment. The token is shown once; the server keeps its hash.</summary>
public sealed record EnrollResponse(Guid AgentId, string AuthToken, AgentConfig Config);
