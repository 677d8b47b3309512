using System.Collections.Concurrent;
using Breeze.PluginHost;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Breeze.Core.Distribution;

/// <summary>A folder with packages.</summary>
/// <param name="Source"><c>bundled</c> or <c>data</c>.</param>
public sealed record PackageFolder(string Path, string Source);

/// <summary>
/// Takes packages from folders: the one beside the executable and the one in the data directory. A new or changed file is taken within two
/// seconds. The folders are looked at rather than watched, because watchers miss atomic renames.
/// </summary>
public sealed partial class PackageFolders(IReadOnlyList<PackageFolder> folders, PackageCatalog catalog, PublisherTrust trust, ILogger<PackageFolders> logger)
    : BackgroundService
{
    readonly Dictionary<string, (DateTime Written, long Length)> _seen = [];
    readonly ConcurrentDictionary<string, PluginError> _refused = new();

    /// <summary>The files that were refused, by name, until they are replaced or removed.</summary>
    public IReadOnlyDictionary<string, PluginError> Refused => _refused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ScanAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e.Message);
            }
        }
    }

    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        var present = new HashSet<string>();
        foreach (var folder in folders.Where(f => Directory.Exists(f.Path)))
        {
            if (_seen.Count == 0)
            {
                await trust.ImportAsync(folder.Path, folder.Source == "bundled" ? "bundled" : "administrator", cancellationToken);
            }
            foreach (var file in new DirectoryInfo(folder.Path).EnumerateFiles("*.bpkg").OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                present.Add(file.FullName);
                var stamp = (file.LastWriteTimeUtc, file.Length);
                if (!_seen.TryGetValue(file.FullName, out var seen) || seen != stamp)
                {
                    await TakeAsync(folder, file, cancellationToken);
                    _seen[file.FullName] = stamp;
                }
            }
        }
        foreach (var gone in _seen.Keys.Except(present).ToList())
        {
            _seen.Remove(gone);
            _refused.TryRemove(gone, out _);
        }
    }

    async Task TakeAsync(PackageFolder folder, FileInfo file, CancellationToken cancellationToken)
    {
        var import = file.Length > PackageCatalog.MaximumSize
            ? new PackageImport(null, false, new PluginError(PluginErrorCodes.TooLarge, $"The file is larger than {PackageCatalog.MaximumSize >> 20} MiB."))
            : await catalog.ImportAsync(await File.ReadAllBytesAsync(file.FullName, cancellationToken), folder.Source, cancellationToken);
        if (import.Error is { } error)
        {
            _refused[file.FullName] = error;
            LogRefused(logger, file.Name, error.Code, error.Message);
            return;
        }
        _refused.TryRemove(file.FullName, out _);
        if (import.Activated)
        {
            LogTaken(logger, import.Package!.Manifest.Id, import.Package.Manifest.Version);
        }
    }

    [LoggerMessage(LogLevel.Information, "Plugin {Id} {Version} is now in force")]
    static partial void LogTaken(ILogger logger, string id, string version);

    [LoggerMessage(LogLevel.Warning, "The package {File} was refused ({Code}): {Message}")]
    static partial void LogRefused(ILogger logger, string file, string code, string message);

    [LoggerMessage(LogLevel.Warning, "The package folders could not be read: {Error}")]
    static partial void LogFailed(ILogger logger, string error);
}
