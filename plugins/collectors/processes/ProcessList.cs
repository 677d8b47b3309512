namespace Breeze.Collectors.Processes;

/// <summary>What <c>process.list</c> answers.</summary>
/// <param name="Total">How many there are; the list holds the busiest when they are too many for an answer.</param>
/// <param name="Cores">How many cores the shares of the processor are of.</param>
sealed record ProcessList(int Total, int Cores, IReadOnlyList<ProcessItem> Processes);

/// <summary>Cpu is the share of one core over half a second, so up to the number of cores.</summary>
sealed record ProcessItem(
    int Pid, int? Parent, string Name, string? User, double Cpu, long MemoryBytes, DateTimeOffset? StartedAt, string Instance, string? CommandLine);
