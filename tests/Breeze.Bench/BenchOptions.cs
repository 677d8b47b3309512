namespace Breeze.Bench;

/// <param name="Quick">A short run, to see that it works; its figures are rough.</param>
sealed record BenchOptions(bool Quick)
{
    public int Runs => Quick ? 1 : 3;

    public int Devices => Quick ? 500 : 2000;

    public int Connections => Quick ? 128 : 512;

    public int Seconds => Quick ? 5 : 12;

    public int WarmUpSeconds => Quick ? 5 : 20;
}
