using System.Diagnostics;

namespace Breeze.Embedded;

/// <summary>
/// Deals with a <c>postmaster.pid</c> that an earlier run left behind: waits for a server that is still shutting down, and removes the file
/// when its number belongs to nobody or to somebody else, which PostgreSQL itself cannot tell apart and takes for a running server.
/// </summary>
static class StalePostmaster
{
    public static int? ReadProcessId(string dataDirectory)
    {
        try
        {
            using var reader = new StreamReader(Path.Combine(dataDirectory, "postmaster.pid"));
            return int.TryParse(reader.ReadLine(), out var id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static async Task ClearAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, "postmaster.pid");
        var waited = Stopwatch.StartNew();
        while (File.Exists(path))
        {
            if (ReadProcessId(dataDirectory) is not { } id || !IsOurs(id, dataDirectory))
            {
                File.Delete(path);
                return;
            }
            if (waited.Elapsed > TimeSpan.FromSeconds(15))
            {
                throw new EmbeddedServerException(
                    $"A PostgreSQL server (process {id}) still works on {dataDirectory}. Stop it with 'kill -INT {id}' and start Breeze again.");
            }
            await Task.Delay(100, cancellationToken);
        }
    }

    static bool IsOurs(int id, string dataDirectory)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !OperatingSystem.IsLinux()
                || File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains(dataDirectory);
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }
}
