using Breeze.Sdk;

namespace Breeze.Agent.Fixture;

/// <summary>Collectors that do what collectors must not do, and a command that ignores its end.</summary>
public sealed class FaultyPlugin : FixturePlugin
{
    public override void Register(IPluginBuilder builder) => builder
        .AddCollector(new ThrowingCollector())
        .AddCollector(new UndeclaredCollector())
        .AddCommandHandler(new StubbornHandler());

    sealed class ThrowingCollector : ICollector
    {
        public string Name => "throwing";

        public IReadOnlyList<MetricDescriptor> Metrics => [];

        public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("the sensor is gone");
    }

    sealed class UndeclaredCollector : ICollector
    {
        public string Name => "undeclared";

        public IReadOnlyList<MetricDescriptor> Metrics => [];

        public ValueTask CollectAsync(ICollectorSink sink, CancellationToken cancellationToken)
        {
            sink.Add(new MetricDescriptor("fixture.secret", "1", MetricKind.Gauge, "Nobody was told."), 1);
            return ValueTask.CompletedTask;
        }
    }

    sealed class StubbornHandler : ICommandHandler
    {
        public string Type => "fixture.stubborn";

        public async ValueTask<CommandOutcome> ExecuteAsync(
            CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMinutes(5), CancellationToken.None);
            return CommandOutcome.Completed();
        }
    }
}
