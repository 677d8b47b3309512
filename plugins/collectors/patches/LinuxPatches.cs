using Breeze.Sdk;

namespace Breeze.Collectors.Patches;

/// <summary>Lets apt simulate an upgrade, and asks dnf what it would update. Neither refreshes its lists: that is the system's own schedule.</summary>
sealed class LinuxPatches(string root, IProcessRunner processes) : IPatchReader
{
    /// <summary>dnf's exit code when there are updates.</summary>
    const int UpdatesThere = 100;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public async ValueTask<PatchesDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var sources = new List<string>();
        var updates = new List<PendingUpdate>();
        bool? restart = File.Exists(Path.Combine(root, "run/reboot-required")) || File.Exists(Path.Combine(root, "var/run/reboot-required")) ? true : null;
        if (processes.Find("apt-get") is { } apt)
        {
            // Without the lock, so that a simulation never stands in the way of a real upgrade.
            var simulated = await Tool.RunAsync(processes, apt, ["-s", "-q", "-o", "Debug::NoLocking=true", "dist-upgrade"], Limit, cancellationToken).ConfigureAwait(false);
            if (simulated.Good is { } text)
            {
                sources.Add("apt");
                updates.AddRange(AptSimulation.Parse(text));
                restart ??= false;
            }
        }
        if (processes.Find("dnf") is { } dnf)
        {
            var check = await Tool.RunAsync(processes, dnf, ["-q", "--cacheonly", "check-update"], Limit, cancellationToken).ConfigureAwait(false);
            if (check.ExitCode is 0 or UpdatesThere)
            {
                var notes = await Tool.RunAsync(processes, dnf, ["-q", "--cacheonly", "updateinfo", "list", "--updates"], Limit, cancellationToken).ConfigureAwait(false);
                sources.Add("dnf");
                updates.AddRange(DnfLists.Parse(check.Text, notes.Good));
                var needs = await Tool.RunAsync(processes, dnf, ["-q", "needs-restarting", "-r"], Limit, cancellationToken).ConfigureAwait(false);
                restart ??= needs.ExitCode switch { 0 => false, 1 => true, _ => null };
            }
        }
        return new PatchesDocument(sources, restart, updates);
    }
}
