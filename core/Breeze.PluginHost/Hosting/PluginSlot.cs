using System.Text.Json;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>The place of one plugin in the host: its serving generation, its past ones, and the order of changes.</summary>
sealed class PluginSlot(string id, HostServices services) : IDisposable
{
    readonly SemaphoreSlim turn = new(1, 1);
    readonly SlotStatus status = new(id);
    bool isClosed;

    Generation? active;
    int generations;

    public PluginStatus Status => status.Current;

    public bool IsActive => status.Current.State == PluginState.Active;

    public async Task<PluginLoadResult> ReplaceAsync(StoredPackage package, JsonElement? settings, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return isClosed ? Closed() : await ReplaceInTurnAsync(package, settings ?? status.GivenSettings, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Replaces the generation by one of the package that serves, or that was tried last.</summary>
    public async Task<PluginLoadResult> ReloadAsync(Func<string, StoreResult> open, JsonElement? settings, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (isClosed)
            {
                return Closed();
            }

            var stored = open(status.Current.Hash);
            return stored.IsSuccess
                ? await ReplaceInTurnAsync(stored.Stored, settings ?? status.GivenSettings, cancellationToken)
                : Fail(stored.Error);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <param name="reason">Told to the plugin.</param>
    /// <param name="close">Whether nothing may be loaded here afterwards.</param>
    /// <param name="cancellationToken">Gives up waiting, not unloading.</param>
    public async Task<PluginLoadResult> UnloadAsync(StopReason reason, bool close, CancellationToken cancellationToken)
    {
        Task stopped;
        await turn.WaitAsync(cancellationToken);
        try
        {
            isClosed |= close;
            var old = active;
            active = null;
            if (old is not null)
            {
                services.Registry.Remove(old);
            }

            status.Removed();
            stopped = old is null ? Task.CompletedTask : RetireAsync(old, reason, null);
        }
        finally
        {
            turn.Release();
        }

        await stopped.WaitAsync(cancellationToken);
        return new PluginLoadResult(Publish(), null);
    }

    public void Dispose() => turn.Dispose();

    async Task<PluginLoadResult> ReplaceInTurnAsync(StoredPackage package, JsonElement? given, CancellationToken cancellationToken)
    {
        var options = services.Options;
        var begun = options.Time.GetTimestamp();
        var manifest = package.Package.Manifest;
        status.Trying(package.Package, given, generations + 1, isFirst: active is null);
        Publish();

        var error = CheckFit(manifest);
        var settings = default(JsonElement);
        if (error is null)
        {
            (settings, error) = await PluginSettings.PrepareAsync(package.Package.SettingsSchema, given, options.ValidateSettings);
        }

        if (error is not null)
        {
            return Fail(error);
        }

        var next = new Generation(new PluginIdentity(id, manifest.Version, ++generations), package, settings);
        (error, var abandoned) = await services.Launcher.LaunchAsync(next, cancellationToken);
        if (error is null && !cancellationToken.IsCancellationRequested)
        {
            error = services.Registry.Swap(active, next);
        }

        if (error is not null || cancellationToken.IsCancellationRequested)
        {
            await UndoAsync(next, abandoned);
            return Fail(cancellationToken.IsCancellationRequested
                ? new PluginError(PluginErrorCodes.Cancelled, "The load was cancelled before the plugin could take over. Load it again.")
                : error!);
        }

        var old = active;
        active = next;
        var duration = options.Time.GetElapsedTime(begun);
        status.Serving(next, given, options.Time.GetUtcNow(), duration);
        if (old is not null)
        {
            _ = RetireAsync(old, StopReason.Replaced, null);
        }

        services.Metrics.Loaded(id, "active", duration);
        HostLog.Serves(services.Logger, id, manifest.Version, next.Identity.Generation, (long)duration.TotalMilliseconds);
        return new PluginLoadResult(Publish(), null);
    }

    PluginError? CheckFit(PluginManifest manifest)
    {
        if (HostFit.Check(manifest, services.Options.Kind, services.Options.SdkVersion) is { } misfit)
        {
            return misfit;
        }

        if (active is not null && manifest.Reload == PluginReloadMode.Restart)
        {
            return new PluginError(
                PluginErrorCodes.RestartRequired, $"{manifest.Name} {manifest.Version} cannot take over while the host runs. Restart the host to use it.");
        }

        return manifest.Requires.FirstOrDefault(required => !services.IsActive(required)) is { } missing
            ? new PluginError(PluginErrorCodes.RequirementMissing, $"{manifest.Name} needs the plugin {missing}, which is not active. Load it first.")
            : null;
    }

    /// <summary>Leaves nothing of a generation that did not make it; waits for that unless its code hangs.</summary>
    async Task UndoAsync(Generation failed, Task? abandoned)
    {
        failed.Leases.Close();
        var stopped = RetireAsync(failed, StopReason.Failed, abandoned);
        if (abandoned is null)
        {
            await stopped;
        }
    }

    async Task RetireAsync(Generation old, StopReason reason, Task? abandoned)
    {
        services.Open.Begin();
        status.Retiring(old);
        Publish();
        var ticket = await services.Retirement.RetireAsync(old, reason, abandoned);
        status.Retired(old);
        if (ticket is null)
        {
            services.Open.End();
        }
        else
        {
            AwaitProof(ticket, old.Identity);
        }

        Publish();
    }

    void AwaitProof(UnloadTicket ticket, PluginIdentity identity)
    {
        var isLeaked = false;
        services.Prover.Add(
            ticket,
            isGone =>
            {
                if (isGone)
                {
                    services.Metrics.Unloaded(id);
                    HostLog.Unloaded(services.Logger, id, identity.Generation);
                }
                else
                {
                    services.Metrics.Leaked(id);
                    HostLog.Leaked(services.Logger, id, identity.Generation);
                }

                status.Leaked(isGone ? (isLeaked ? -1 : 0) : 1);
                Publish();
                if (!isLeaked)
                {
                    services.Open.End();
                }

                isLeaked = !isGone;
            });
    }

    PluginLoadResult Fail(PluginError error)
    {
        status.Failed(error);
        services.Metrics.Loaded(id, error.Code, TimeSpan.Zero);
        HostLog.LoadFailed(services.Logger, id, error.Code, error.Message);
        return new PluginLoadResult(Publish(), error);
    }

    PluginLoadResult Closed() => new(Status, new PluginError(PluginErrorCodes.HostStopping, "The host is stopping."));

    PluginStatus Publish()
    {
        var current = status.Current;
        services.OnStatusChanged(current);
        return current;
    }
}
