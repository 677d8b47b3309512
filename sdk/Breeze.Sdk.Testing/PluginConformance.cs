using System.Text.Json;
using Breeze.PluginHost;

namespace Breeze.Sdk.Testing;

/// <summary>Checks a package against the rules of the lifecycle, in a real host.</summary>
public static class PluginConformance
{
    const int Reloads = 5;

    /// <summary>Runs every rule. Starts the plugin for real, so run it where that is harmless.</summary>
    /// <param name="packagePath">The <c>.bpkg</c> file.</param>
    /// <param name="publicKeyPath">The publisher's public key, as <c>breeze-pack keygen</c> wrote it.</param>
    /// <param name="settingsJson">Settings with which the plugin starts; the defaults when missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ConformanceReport> CheckAsync(
        string packagePath, string publicKeyPath, string? settingsJson = null, CancellationToken cancellationToken = default)
    {
        var trust = new TrustStore([TrustedKey.FromPem(await File.ReadAllTextAsync(publicKeyPath, cancellationToken))]);
        var read = PackageReader.Read(packagePath, trust);
        if (!read.IsValid)
        {
            return new ConformanceReport([], [$"package: {read.Error.Code}: {read.Error.Message}"]);
        }

        var settings = settingsJson is null ? (JsonElement?)null : JsonElement.Parse(settingsJson);
        var passed = new List<string>();
        var failures = new List<string>();
        foreach (var kind in read.Package.Manifest.Hosts)
        {
            await using var bench = new ConformanceBench(packagePath, trust, kind, settings);
            foreach (var (rule, check) in Rules(bench, read.Package, cancellationToken))
            {
                var name = $"{rule} ({kind.ToString().ToLowerInvariant()})";
                var problem = await RunAsync(check);
                if (problem is null)
                {
                    passed.Add(name);
                }
                else
                {
                    failures.Add($"{name}: {problem}");
                }
            }
        }

        return new ConformanceReport(passed, failures);
    }

    /// <summary>Loads, reloads and unloads a package, and fails when any generation stays in memory.</summary>
    /// <param name="packagePath">The <c>.bpkg</c> file.</param>
    /// <param name="publicKeyPath">The publisher's public key.</param>
    /// <param name="reloads">How often to reload.</param>
    /// <param name="settingsJson">Settings with which the plugin starts; the defaults when missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PluginTestException">It does not load, or does not unload.</exception>
    public static async Task AssertUnloadsAsync(
        string packagePath, string publicKeyPath, int reloads = Reloads, string? settingsJson = null, CancellationToken cancellationToken = default)
    {
        var trust = new TrustStore([TrustedKey.FromPem(await File.ReadAllTextAsync(publicKeyPath, cancellationToken))]);
        var read = PackageReader.Read(packagePath, trust);
        if (!read.IsValid)
        {
            throw new PluginTestException(read.Error.Message);
        }

        foreach (var kind in read.Package.Manifest.Hosts)
        {
            await using var bench = new ConformanceBench(packagePath, trust, kind, settingsJson is null ? null : JsonElement.Parse(settingsJson));
            if (await bench.CheckUnloadsAsync(reloads, cancellationToken) is { } problem)
            {
                throw new PluginTestException(problem);
            }
        }
    }

    static IEnumerable<(string Rule, Func<Task<string?>> Check)> Rules(
        ConformanceBench bench, PluginPackage package, CancellationToken cancellationToken) =>
    [
        ("registration is pure", () => bench.CheckRegistrationAsync(package)),
        ("stop without start is safe", () => bench.CheckStopWithoutStartAsync(cancellationToken)),
        ("stop twice is safe", () => bench.CheckStopTwiceAsync(cancellationToken)),
        ("a new generation starts after a stop, and every generation unloads", () => bench.CheckUnloadsAsync(Reloads, cancellationToken)),
    ];

    static async Task<string?> RunAsync(Func<Task<string?>> check)
    {
        try
        {
            return await check();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"{exception.GetType().Name}: {exception.Message}";
        }
    }
}
