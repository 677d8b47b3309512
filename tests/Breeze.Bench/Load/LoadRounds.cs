namespace Breeze.Bench.Load;

/// <summary>What one run under load came to; CPU in microseconds per request.</summary>
sealed record LoadRound(int Requests, int Failures, double Rate, double Cpu, double DatabaseCpu, double P50, double P99);

/// <summary>Runs of the same load, the first of which was to warm up and counts for nothing but what it sent.</summary>
sealed class LoadRounds(IReadOnlyList<LoadRound> all)
{
    public long Requests => all.Sum(round => (long)round.Requests);

    public int Failures => all.Sum(round => round.Failures);

    public double[] Of(Func<LoadRound, double> figure) => [.. all.Skip(1).Select(figure)];
}
