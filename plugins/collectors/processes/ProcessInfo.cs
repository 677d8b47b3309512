namespace Breeze.Collectors.Processes;

/// <summary>A process at one moment.</summary>
/// <param name="Instance">With the id the name of this very process: ids are used again, the moments at which processes start are not.</param>
/// <param name="CpuSeconds">What it has used since it started.</param>
sealed record ProcessInfo(
    int Pid, int? Parent, string Name, string? User, string Instance, double CpuSeconds, long MemoryBytes, DateTimeOffset? StartedAt, string? CommandLine);
