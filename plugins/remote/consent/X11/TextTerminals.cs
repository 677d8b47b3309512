using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Breeze.Remote.Consent.X11;

/// <summary>People who are signed in at text terminals, by utmp(5): they get a line, as wall(1) writes it.</summary>
sealed partial class TextTerminals(string utmp = "/run/utmp", string devices = "/dev")
{
    const short UserProcess = 7;
    const int LargestFile = 1 << 20;
    const int WriteOnly = 1, NoTerminal = 0x100, NonBlocking = 0x800;

    public void Tell(string text)
    {
        // What the font of a terminal has not is its own affair; its control codes are not in here.
        var line = Encoding.UTF8.GetBytes($"\r\n{PromptText.Title}: {text}.\r\n");
        foreach (var terminal in Signed())
            Write(Path.Join(devices, terminal), line);
    }

    IEnumerable<string> Signed()
    {
        byte[] file;
        try
        {
            if (new FileInfo(utmp) is not { Exists: true, Length: <= LargestFile })
                return [];
            file = File.ReadAllBytes(utmp);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
        var size = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 ? 400 : 384;
        var found = new List<string>();
        for (var at = 0; at + size <= file.Length; at += size)
        {
            var record = file.AsSpan(at, size);
            var (line, host) = (Text(record.Slice(8, 32)), Text(record.Slice(76, 256)));
            // One on a display sees the bar.
            if (BinaryPrimitives.ReadInt16LittleEndian(record) == UserProcess && Name().IsMatch(line) && !host.StartsWith(':'))
                found.Add(line);
        }
        return found.Distinct();
    }

    /// <summary>Never waits: a terminal may be held up for hours.</summary>
    static void Write(string path, byte[] line)
    {
        var file = Open(path, WriteOnly | NoTerminal | NonBlocking);
        if (file < 0)
            return;
        _ = Write(file, line, (nuint)line.Length);
        _ = Close(file);
    }

    static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? field : field[..end]);
    }

    [GeneratedRegex(@"^(tty[0-9]{1,3}|pts/[0-9]{1,6})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte[] bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
