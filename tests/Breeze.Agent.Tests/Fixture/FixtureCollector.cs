using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

sealed class FixtureCollector(bool withExtra) : ICollector
{
    static readonly MetricDescriptor Value = new("fixture.value", "1", MetricKind.Gauge, "Always 42.");
    static readonly MetricDescriptor Extra = new("fixture.extra", "1", MetricKind.Gauge, "Always 43.") { Labels = ["path"] };

    public string Name => "fixture";

    public IReadOnlyList<MetricDescriptor> Metrics => withExtra ? [Value, Extra] : [Value];

    public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
    {
        sink.Add(Value, 42);
        if (withExtra)
        {
            sink.Add(Extra, 43, "a\"b");
        }

        sink.AddInventory("fixture", """{"answer":42}"""u8.ToArray());
        return ValueTask.CompletedTask;
    }
}
