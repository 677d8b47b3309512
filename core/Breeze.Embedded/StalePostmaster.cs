using System.Diagnostics;

namespace Breeze.Embedded;

/// <summary>
/// Deals with a <c>postmaster.pid</c> that an earlier run left behind: waits for a server that is still shutting down, and removes the file
/// when it is damaged or its number is now somebody else's, which PostgreSQL takes for a running server. A number that is nobody's it deals
/// with better itself, since the file also tells it which memory of a killed server must be gone first.
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
            if (ReadProcessId(dataDirectory) is not { } id || OwnerOf(id, dataDirectory) == Owner.Somebody)
            {
                File.Delete(path);
                return;
            }
            if (OwnerOf(id, dataDirectory) == Owner.Nobody)
            {
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

    enum Owner
    {
        Nobody,
        Server,
        Somebody,
    }

    static Owner OwnerOf(int id, string dataDirectory)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !OperatingSystem.IsLinux() || File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains(dataDirectory) ? Owner.Server : Owner.Somebody;
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return Owner.Nobody;
        }
    }
}
