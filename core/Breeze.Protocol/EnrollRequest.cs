namespace Breeze.Protocol;

/// <summary><c>POST /api/v1/agents/enroll</c>.</summary>
/// <param name="MachineId">Stable for an installation of the operating system; on Linux <c>/etc/machine-id</c>.</param>
public sealed record EnrollRequest(string EnrollmentKey, string Hostname, string MachineId, OsInfo Os, string AgentVersion)
{
    /// <summary>A hash of the hardware's own numbers, at most 128 characters: tells two machines apart that were made from one disk image.</summary>
    public string? Fingerprint { get; init; }
}
