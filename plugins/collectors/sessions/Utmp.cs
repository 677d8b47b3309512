using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Breeze.Collectors.Sessions;

/// <summary>Reads the records of utmp(5) as glibc lays them out.</summary>
static class Utmp
{
    const short UserProcess = 7;

    public static IEnumerable<SessionInfo> Parse(byte[] file, Architecture architecture)
    {
        // Where 32-bit programs share the file, seconds have 32 bits; elsewhere session and time are long.
        var isCompact = architecture is not (Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64);
        var size = isCompact ? 384 : 400;
        for (var start = 0; start + size <= file.Length; start += size)
        {
            if (Record(file.AsSpan(start, size), isCompact) is { } session)
                yield return session;
        }
    }

    static SessionInfo? Record(ReadOnlySpan<byte> record, bool isCompact)
    {
        var (line, user, host) = (Text(record.Slice(8, 32)), Text(record.Slice(44, 32)), Text(record.Slice(76, 256)));
        if (BinaryPrimitives.ReadInt16LittleEndian(record) != UserProcess || user.Length == 0 || line.Length == 0)
            return null;
        var seconds = isCompact ? BinaryPrimitives.ReadUInt32LittleEndian(record[340..]) : BinaryPrimitives.ReadInt64LittleEndian(record[344..]);
        // A display of the machine itself looks like a host: ":0".
        var isRemote = host.Length > 0 && host[0] != ':';
        return new SessionInfo(
            line, user, isRemote ? "remote" : "console", "active",
            seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            isRemote ? Address(record.Slice(isCompact ? 348 : 360, 16)) ?? host : null);
    }

    static string? Address(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept((byte)0) < 0 ? null : new IPAddress(bytes[4..].IndexOfAnyExcept((byte)0) < 0 ? bytes[..4] : bytes).ToString();

    static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]).Trim();
    }
}
