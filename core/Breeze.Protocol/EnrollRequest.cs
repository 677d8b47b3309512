namespace Breeze.Protocol;

/// <summary><c>POST /api/v1/agents/enroll</c>.</summary>
/// <param name="MachineId">Stable for an installation of the operating system; on Linux <c>/etc/machine-id</c>.</param>
public sealed record EnrollRequest(string EnrollmentKey, string Hostname, string MachineId, OsInfo Os, string AgentVersion);
