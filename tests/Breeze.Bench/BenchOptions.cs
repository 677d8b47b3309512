namespace Breeze.Bench;

/// <param name="Quick">A short run, to see that it works; its figures are rough.</param>
sealed record BenchOptions(bool Quick)
{
    public int Runs => Quick ? 1 : 3;

    /// <summary>Of runs with and without something, where the difference is small.</summary>
    public int Pairs => Quick ? 1 : 8;

    public int Devices => Quick ? 5_000 : 20_000;

    public int Connections => Quick ? 512 : 2_048;

    public int Seconds => Quick ? 5 : 12;

    public int WarmUpSeconds => Quick ? 10 : 20;
}
