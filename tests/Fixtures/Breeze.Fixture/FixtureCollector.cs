using Breeze.Sdk;

namespace Breeze.Fixture;

sealed class FixtureCollector(string name) : ICollector
{
    static readonly MetricDescriptor Answer = new("fixture.answer", "1", MetricKind.Gauge, "Always 42.");

    public string Name => name;

    public IReadOnlyList<MetricDescriptor> Metrics { get; } = [Answer];

    public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        sink.Add(Answer, 42);
        return ValueTask.CompletedTask;
    }
}
