namespace Breeze.Collectors.Processes;

/// <summary>
/// Chooses which programs have a series of their own. A program that was among the busiest keeps its place for an hour: names that come and go
/// with every reading would make a new set of series each time.
/// </summary>
sealed class TopPrograms(int top)
{
    const double WorthCpu = 0.01;
    const long WorthMemory = 64L << 20;
    static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    readonly Dictionary<string, DateTimeOffset> _lastBusy = [];

    public IReadOnlyList<ProgramUsage> Choose(IReadOnlyList<ProgramUsage> programs, DateTimeOffset now)
    {
        var busy = programs.Where(program => program.Cpu >= WorthCpu).OrderByDescending(program => program.Cpu).Take(top)
            .Concat(programs.Where(program => program.MemoryBytes >= WorthMemory).OrderByDescending(program => program.MemoryBytes).Take(top));
        foreach (var program in busy)
            _lastBusy[program.Name] = now;
        var most = top * 3;
        foreach (var name in _lastBusy.OrderByDescending(entry => entry.Value).Where((entry, place) => place >= most || now - entry.Value > Kept).Select(entry => entry.Key).ToList())
            _lastBusy.Remove(name);
        return [.. programs.Where(program => _lastBusy.ContainsKey(program.Name))];
    }
}

/// <summary>All processes of one name together. Cpu is the share of one core.</summary>
sealed record ProgramUsage(string Name, double Cpu, long MemoryBytes, int Count);
