using System.Globalization;

namespace Breeze.Web.Hosting;

/// <summary>Holds a data directory for one process. The operating system lets go of it however the process ends.</summary>
sealed class InstanceLock : IDisposable
{
    readonly FileStream _file;

    InstanceLock(FileStream file) => _file = file;

    public static InstanceLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartupException($"The data directory {directory} cannot be made: {e.Message} Set BREEZE_DATA to a directory that you may write to.");
        }
        const long needed = 200L << 20;
        if (new DriveInfo(directory).AvailableFreeSpace is var free && free < needed)
        {
            throw new StartupException(
                $"The disk of {directory} has {free >> 20} MiB left and Breeze needs {needed >> 20}. Free some space, or set BREEZE_DATA to another disk.");
        }
        var path = Path.Combine(directory, "breeze.lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            using (var writer = new StreamWriter(file, leaveOpen: true))
            {
                writer.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }
            file.Flush();
            return new InstanceLock(file);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartupException($"The data directory {directory} belongs to another user. Start Breeze as that user, or set BREEZE_DATA.");
        }
        catch (IOException)
        {
            throw new StartupException($"Breeze already runs with the data directory {directory}. Stop it first, or set BREEZE_DATA to another directory.");
        }
    }

    public void Dispose() => _file.Dispose();
}
