using Breeze.Sdk;

namespace Breeze.Collectors.Software;

/// <summary>Asks every package manager that is there; dpkg is read from its own file, which needs no process.</summary>
sealed class LinuxSoftware(string root, IProcessRunner processes) : ISoftwareReader
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    static readonly string[] RpmArguments =
        ["-qa", "--queryformat", @"%{NAME}\t%{EPOCH}\t%{VERSION}-%{RELEASE}\t%{VENDOR}\t%{INSTALLTIME}\n"];

    public async ValueTask<IReadOnlyList<SoftwarePackage>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new List<SoftwarePackage>(DpkgStatus.Read(root));
        found.AddRange(PackageLists.Rpm(await AskAsync("rpm", RpmArguments, cancellationToken).ConfigureAwait(false)));
        found.AddRange(PackageLists.Snap(await AskAsync("snap", ["list", "--color=never", "--unicode=never"], cancellationToken).ConfigureAwait(false)));
        found.AddRange(PackageLists.Flatpak(
            await AskAsync("flatpak", ["list", "--system", "--columns=application,version,origin"], cancellationToken).ConfigureAwait(false)));
        return found;
    }

    async ValueTask<string?> AskAsync(string tool, string[] arguments, CancellationToken cancellationToken) =>
        processes.Find(tool) is { } path ? (await Tool.RunAsync(processes, path, arguments, Limit, cancellationToken).ConfigureAwait(false)).Good : null;
}
