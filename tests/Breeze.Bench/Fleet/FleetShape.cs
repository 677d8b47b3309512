namespace Breeze.Bench.Fleet;

/// <summary>
/// How many agents there are, and how they are connected. A real agent keeps two connections: one for its heartbeats, one for its wake channel. A process may
/// have so many files open, so from some size on heartbeats share connections and only a part of the agents has a channel.
/// </summary>
sealed record FleetShape(int Agents, int IntervalSeconds)
{
    /// <summary>What the server needs for itself, the database's connections among it.</summary>
    const int OtherFiles = 2_000;

    static readonly int Files = OpenFiles();

    /// <summary>Of heartbeats; 0 gives each agent its own.</summary>
    public int Connections => Agents <= Files / 2 ? 0 : Files / 2;

    /// <summary>The share of agents with a wake channel.</summary>
    public double LiveShare => Math.Min(1, Files / 2 / (double)Agents);

    public int LiveAgents => (int)(Agents * LiveShare);

    public TimeSpan Interval => TimeSpan.FromSeconds(IntervalSeconds);

    static int OpenFiles()
    {
        // "Max open files  soft  hard  files"; .NET raises the soft limit to the hard one by itself.
        const int Usual = 20_000;
        var limit = File.Exists("/proc/self/limits") ? File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var hard = limit?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var text, ..] && int.TryParse(text, out var number) ? number : Usual;
        // Clients on one address have 28,000 ports towards one server.
        return Math.Clamp(hard, 4_000, 28_000) - OtherFiles;
    }
}
