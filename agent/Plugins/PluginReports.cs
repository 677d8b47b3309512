using System.Collections.Concurrent;
using Breeze.PluginHost;
using Breeze.Protocol;

namespace Breeze.Agent.Plugins;

/// <summary>Tells the server how the plugins fare, when there is something new to tell.</summary>
sealed class PluginReports(IPluginHost host, Func<IReadOnlyDictionary<string, PluginFailure>> failures, PluginFaults faults)
{
    readonly ConcurrentDictionary<string, (PluginState, int, string?)> _seen = [];
    long _version = 1;
    long _sent;

    public long Version => Interlocked.Read(ref _version);

    public bool IsNews => Version != Interlocked.Read(ref _sent);

    public void Change() => Interlocked.Increment(ref _version);

    /// <summary>Returns whether the status says something that the server does not know yet; passing states do not.</summary>
    public bool Observe(PluginStatus status)
    {
        if (status.State is PluginState.Loading or PluginState.Draining)
        {
            return false;
        }

        var now = (status.State, status.Generation, status.Error?.Message);
        if (_seen.TryGetValue(status.Id, out var before) && before == now)
        {
            return false;
        }

        _seen[status.Id] = now;
        Change();
        return true;
    }

    /// <summary>The server has the reports of this version.</summary>
    public void Sent(long version) => Interlocked.Exchange(ref _sent, version);

    public IReadOnlyList<PluginReport> Read()
    {
        var failed = failures();
        var reports = new List<PluginReport>();
        foreach (var status in host.Plugins)
        {
            if (status.State is PluginState.Unloaded && !failed.ContainsKey(status.Id))
            {
                continue;
            }

            failed.TryGetValue(status.Id, out var failure);
            if (status.State is PluginState.Active)
            {
                reports.Add(Report(status, "active", failure is null ? faults.Of(status.Id) : Describe(failure, status)));
            }
            else if (failure is null && status.State is not PluginState.Loading)
            {
                reports.Add(Report(status, status.State is PluginState.Leaked ? "leaked" : "failed", status.Error?.Message));
            }
        }

        foreach (var (id, failure) in failed)
        {
            if (reports.TrueForAll(report => report.Id != id))
            {
                var wanted = failure.Assignment;
                reports.Add(new PluginReport(id, wanted.Version, wanted.Hash, 0, StateOf(failure.Error), failure.Error.Message, null));
            }
        }

        return reports;
    }

    static PluginReport Report(PluginStatus status, string state, string? error) => new(
        status.Id, status.Version, status.Hash, status.Generation, state, error, status.LoadDuration?.TotalMilliseconds);

    static string Describe(PluginFailure failure, PluginStatus serving) =>
        $"Version {failure.Assignment.Version} did not take over, {serving.Version} serves on: {failure.Error.Message}";

    static string StateOf(PluginError error) => error.Code
        is PluginErrorCodes.SdkIncompatible or PluginErrorCodes.PlatformUnsupported or PluginErrorCodes.HostUnsupported
            ? "incompatible"
            : "failed";
}
