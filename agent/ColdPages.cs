using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Breeze.Agent;

/// <summary>
/// Gives back the memory that holds parts of program files: most of what starting an agent and its plugins reads is never needed again, and what is comes
/// back from the system's cache by itself. Linux alone asks for that; Windows and macOS take such pages when they need them.
/// </summary>
static partial class ColdPages
{
    const int PageOut = 21;

    public static void Release()
    {
        if (OperatingSystem.IsLinux())
        {
            ReleaseOnLinux();
        }
    }

    [SupportedOSPlatform("linux")]
    static void ReleaseOnLinux()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines("/proc/self/maps");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        foreach (var line in lines)
        {
            // From-to, rights, offset, device, inode, path. What was written to of a program's file stays or goes to swap; the rest is in the file.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 6 || !IsProgram(fields[5]))
            {
                continue;
            }
            var range = fields[0].Split('-');
            var from = nuint.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var to = nuint.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            // A kernel that does not know the advice refuses it, and nothing is lost.
            _ = Advise(from, to - from, PageOut);
        }
    }

    static bool IsProgram(string path) =>
        path.EndsWith(".dll", StringComparison.Ordinal) || path.EndsWith(".so", StringComparison.Ordinal) || path.Contains(".so.", StringComparison.Ordinal);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
