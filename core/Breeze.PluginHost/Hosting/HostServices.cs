using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

/// <summary>What the slots of one host share.</summary>
sealed class HostServices : IDisposable
{
    public HostServices(PluginHostOptions options)
    {
        Options = options;
        Logger = options.LoggerFactory.CreateLogger("Breeze.PluginHost");
        Launcher = new PluginLauncher(options, Logger);
        Retirement = new PluginRetirement(options, Logger);
        Prover = new UnloadProver(options.Time);
    }

    public PluginHostOptions Options { get; }

    public ILogger Logger { get; }

    public ExtensionRegistry Registry { get; } = new();

    public PluginLauncher Launcher { get; }

    public PluginRetirement Retirement { get; }

    public UnloadProver Prover { get; }

    public HostMetrics Metrics { get; } = new();

    public OpenWork Open { get; } = new();

    public required Func<string, bool> IsActive { get; init; }

    public required Action<PluginStatus> OnStatusChanged { get; init; }

    public void Dispose() => Metrics.Dispose();
}
