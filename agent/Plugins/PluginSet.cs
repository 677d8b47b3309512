using System.Collections.Concurrent;
using System.Text.Json;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.PluginHost;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Plugins;

/// <summary>Makes the plugins that run those that the server wants, and keeps at it.</summary>
sealed partial class PluginSet(
    IPluginHost host,
    ConfigStore config,
    PackageDownloader downloads,
    TrustStore trust,
    Signal changed,
    Random random,
    TimeProvider time,
    ILogger logger)
{
    const string DownloadFailed = "download_failed";
    static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    static readonly JsonElement NoSettings = JsonElement.Parse("{}"u8);

    readonly ConcurrentDictionary<string, PluginFailure> _failures = [];
    readonly ConcurrentDictionary<string, (string Hash, string Settings)> _applied = [];
    readonly TaskCompletionSource _settled = new();

    /// <summary>Raised after the set, or what is wrong with it, has changed.</summary>
    public event Action? Changed;

    public IReadOnlyDictionary<string, PluginFailure> Failures => _failures;

    /// <summary>Completes when every plugin has been tried once.</summary>
    public Task FirstPass => _settled.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var set = config.Current.Plugins.Where(IsValid).DistinctBy(plugin => plugin.Id).ToArray();
            if (await ReconcileAsync(set, cancellationToken))
            {
                Changed?.Invoke();
            }

            _settled.TrySetResult();
            await changed.WaitAsync(UntilRetry(), time, cancellationToken);
        }
    }

    /// <summary>Returns whether anything changed.</summary>
    async Task<bool> ReconcileAsync(PluginAssignment[] set, CancellationToken cancellationToken)
    {
        var changes = 0;
        foreach (var id in _failures.Keys.Where(id => set.All(plugin => plugin.Id != id)))
        {
            changes += _failures.TryRemove(id, out _) ? 1 : 0;
        }

        foreach (var id in _applied.Keys.Where(id => set.All(plugin => plugin.Id != id)))
        {
            LogRemoved(id);
            await host.UnloadAsync(id, StopReason.Removed, cancellationToken);
            _applied.TryRemove(id, out _);
            changes++;
        }

        var todo = set.Where(IsDue).ToArray();
        while (todo.Length > 0)
        {
            changes += todo.Length;
            await Parallel.ForEachAsync(
                todo,
                new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = cancellationToken },
                async (plugin, token) => await ApplyAsync(plugin, token));
            // What one plugin provides may be what another was missing.
            var missing = todo.Where(plugin =>
                _failures.TryGetValue(plugin.Id, out var failure) && failure.Error.Code == PluginErrorCodes.RequirementMissing).ToArray();
            todo = missing.Length < todo.Length ? missing : [];
        }

        if (changes > 0)
        {
            host.Store.CollectGarbage(
                set.Select(plugin => plugin.Hash).Concat(host.Plugins.Select(plugin => plugin.Hash)).ToHashSet());
        }

        return changes > 0;
    }

    bool IsDue(PluginAssignment plugin)
    {
        if (_failures.TryGetValue(plugin.Id, out var failure) && IsSame(failure.Assignment, plugin))
        {
            return failure.RetryAt <= time.GetUtcNow();
        }

        return !_applied.TryGetValue(plugin.Id, out var applied) || applied != (plugin.Hash, SettingsOf(plugin).GetRawText());
    }

    async Task ApplyAsync(PluginAssignment plugin, CancellationToken cancellationToken)
    {
        var settings = SettingsOf(plugin);
        var error = await LoadAsync(plugin, settings, cancellationToken);
        if (error is null)
        {
            LogLoaded(plugin.Id, plugin.Version);
            _applied[plugin.Id] = (plugin.Hash, settings.GetRawText());
            _failures.TryRemove(plugin.Id, out _);
            return;
        }

        LogFailed(plugin.Id, plugin.Version, error.Message);
        var backoff = _failures.TryGetValue(plugin.Id, out var before) && IsSame(before.Assignment, plugin)
            ? before.Backoff
            : new Backoff(FirstRetry, Backoff.Cap, random);
        _failures[plugin.Id] = new PluginFailure(plugin, error, backoff, time.GetUtcNow() + backoff.Next());
    }

    async Task<PluginError?> LoadAsync(PluginAssignment plugin, JsonElement settings, CancellationToken cancellationToken)
    {
        if (_applied.TryGetValue(plugin.Id, out var applied) && applied.Hash == plugin.Hash)
        {
            return (await host.ReloadAsync(plugin.Id, settings, cancellationToken)).Error;
        }

        if (host.Store.List().Any(package => package.Id == plugin.Id && plugin.Hash.StartsWith(package.HashPrefix, StringComparison.Ordinal)))
        {
            var stored = await host.LoadStoredAsync(plugin.Hash, settings, cancellationToken);
            if (stored.Error?.Code is not (PluginErrorCodes.NotInstalled or PluginErrorCodes.HashMismatch or PluginErrorCodes.PackageMalformed))
            {
                return stored.Error;
            }
        }

        var (file, failure) = await downloads.FetchAsync(plugin, cancellationToken);
        if (file is null)
        {
            return new PluginError(DownloadFailed, failure!);
        }

        try
        {
            var package = PackageReader.Read(file, trust);
            if (!package.IsValid)
            {
                return package.Error;
            }

            if (package.Package.Hash != plugin.Hash || package.Package.Manifest.Id != plugin.Id)
            {
                return new PluginError(PluginErrorCodes.HashMismatch, $"The package received is {package.Package.Manifest.Id}, not what was announced.");
            }

            return (await host.LoadAsync(file, settings, cancellationToken)).Error;
        }
        finally
        {
            File.Delete(file);
        }
    }

    TimeSpan UntilRetry()
    {
        var next = _failures.Values.Select(failure => failure.RetryAt - time.GetUtcNow()).DefaultIfEmpty(Timeout.InfiniteTimeSpan).Min();
        return next == Timeout.InfiniteTimeSpan || next > TimeSpan.FromMilliseconds(100) ? next : TimeSpan.FromMilliseconds(100);
    }

    static JsonElement SettingsOf(PluginAssignment plugin) => plugin.Settings is { ValueKind: JsonValueKind.Object } settings ? settings : NoSettings;

    static bool IsSame(PluginAssignment one, PluginAssignment other) =>
        one.Hash == other.Hash && one.Sha256 == other.Sha256 && SettingsOf(one).GetRawText() == SettingsOf(other).GetRawText();

    static bool IsValid(PluginAssignment plugin) => plugin is { Id.Length: > 0, Hash.Length: > 0, Sha256.Length: > 0, Version: not null };

    [LoggerMessage(Level = LogLevel.Information, Message = "Plugin {Id} {Version} is active")]
    private partial void LogLoaded(string id, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Plugin {Id} is removed")]
    private partial void LogRemoved(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugin {Id} {Version} does not run: {Reason}")]
    private partial void LogFailed(string id, string version, string reason);
}
