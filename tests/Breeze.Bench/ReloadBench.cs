using Breeze.Bench.Report;
namespace Breeze.Bench;
static class ReloadBench { public static Task RunAsync(BenchOptions options, FigureReport report) => Task.CompletedTask; }
