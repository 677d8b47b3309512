using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.Testing;

/// <summary>
/// A data directory as a server's first start leaves it, with its administrator, made once for a build and copied for every server that a test starts:
/// making a database and its tables anew for each of them was a third of their start.
/// </summary>
static class PreparedData
{
    static readonly SemaphoreSlim Making = new(1);

    static string Root => Path.Combine(RepositoryPaths.Artifacts, "test-data");

    /// <summary>Fills an empty directory. Not on Windows, where the server starts with nothing.</summary>
    public static async Task CopyToAsync(string directory, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        await Making.WaitAsync(cancellationToken);
        try
        {
            var prepared = await MakeAsync(cancellationToken);
            // As it is: the database belongs to an account of its own when the tests run as root.
            await RunAsync("cp", ["-a", prepared + "/.", directory], cancellationToken);
        }
        finally
        {
            Making.Release();
        }
    }

    static async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Root);
        // Test projects run beside each other.
        await using var mine = await LockAsync(Path.Combine(Root, "lock"), cancellationToken);
        var prepared = Path.Combine(Root, Key());
        if (Directory.Exists(prepared))
        {
            return prepared;
        }
        foreach (var former in Directory.EnumerateDirectories(Root))
        {
            Directory.Delete(former, recursive: true);
        }
        var unfinished = prepared + ".new";
        await using (var server = await ServerProcess.StartAsync(new ServerOptions { DataDirectory = unfinished }, cancellationToken))
        {
            await server.StopAsync(cancellationToken);
        }
        // Nobody pulls the plug of a test machine and reads on; what a killed server wrote is there without it.
        await File.AppendAllTextAsync(Path.Combine(unfinished, "postgres", "data", "postgresql.conf"), "\nfsync = off\nfull_page_writes = off\n", cancellationToken);
        Directory.Move(unfinished, prepared);
        return prepared;
    }

    /// <summary>Of this build: its programs and its plugins.</summary>
    static string Key()
    {
        var files = Directory.EnumerateFiles(RepositoryPaths.Output("Breeze.Web"), "*.dll").Concat(Directory.EnumerateFiles(RepositoryPaths.Output("Breeze.Web"), "*.bpkg", SearchOption.AllDirectories));
        var text = string.Join('\n', files.Order(StringComparer.Ordinal).Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
