using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Unix;

/// <summary>What the system knows of a thing. Linux's statx has one shape on all processors.</summary>
readonly record struct UnixStat(uint Mode, long Size, long Seconds, uint Nanoseconds, uint UserId, uint GroupId, uint Links, ulong Number, ulong Device)
{
    const int Length = 256;
    const uint Basic = 0x7ff;
    const int NoAutomount = 0x800;
    const int OfTheDescriptor = 0x1000;

    public string Kind => (Mode & 0xf000) switch
    {
        0x8000 => FileKinds.File,
        0x4000 => FileKinds.Folder,
        0xa000 => FileKinds.Link,
        0x1000 => FileKinds.Fifo,
        0xc000 => FileKinds.Socket,
        _ => FileKinds.Device,
    };

    public string Version => string.Create(CultureInfo.InvariantCulture, $"{Size}-{Seconds}.{Nanoseconds}");

    /// <summary>Of a name in a folder; null when the call fails, and its error is then the last one.</summary>
    public static UnixStat? Of(SafeFileHandle folder, ReadOnlySpan<byte> name, bool follow)
    {
        Span<byte> result = stackalloc byte[Length];
        var flags = follow ? 0 : UnixCalls.NoFollowFlag;
        return UnixCalls.Mac
            ? UnixCalls.StatOnMac(folder, name, ref MemoryMarshal.GetReference(result), flags) == 0 ? ReadMac(result) : null
            : UnixCalls.Stat(folder, name, flags | NoAutomount, Basic, ref MemoryMarshal.GetReference(result)) == 0 ? ReadLinux(result) : null;
    }

    /// <summary>Of what is open.</summary>
    public static UnixStat Of(SafeFileHandle handle, string name)
    {
        Span<byte> result = stackalloc byte[Length];
        return UnixCalls.Mac
            ? UnixCalls.StatOnMac(handle, ref MemoryMarshal.GetReference(result)) == 0 ? ReadMac(result) : throw UnixErrors.Last(name)
            : UnixCalls.Stat(handle, "\0"u8, OfTheDescriptor, Basic, ref MemoryMarshal.GetReference(result)) == 0 ? ReadLinux(result) : throw UnixErrors.Last(name);
    }

    public FileEntry EntryOf(string name, UnixAccounts accounts) => new(name, Kind, Size, Seconds * 1000 + Nanoseconds / 1_000_000)
    {
        Mode = (int)(Mode & 0xfff), Owner = accounts.UserOf(UserId), Group = accounts.GroupOf(GroupId), Version = Version, Device = Device, Number = Number,
        UserId = UserId, GroupId = GroupId, Links = Links,
    };

    static UnixStat ReadLinux(ReadOnlySpan<byte> s) => new(
        MemoryMarshal.Read<ushort>(s[28..]), MemoryMarshal.Read<long>(s[40..]), MemoryMarshal.Read<long>(s[112..]), MemoryMarshal.Read<uint>(s[120..]),
        MemoryMarshal.Read<uint>(s[20..]), MemoryMarshal.Read<uint>(s[24..]), MemoryMarshal.Read<uint>(s[16..]), MemoryMarshal.Read<ulong>(s[32..]),
        (ulong)MemoryMarshal.Read<uint>(s[136..]) << 32 | MemoryMarshal.Read<uint>(s[140..]));

    static UnixStat ReadMac(ReadOnlySpan<byte> s) => new(
        MemoryMarshal.Read<ushort>(s[4..]), MemoryMarshal.Read<long>(s[96..]), MemoryMarshal.Read<long>(s[48..]), (uint)MemoryMarshal.Read<long>(s[56..]),
        MemoryMarshal.Read<uint>(s[16..]), MemoryMarshal.Read<uint>(s[20..]), MemoryMarshal.Read<ushort>(s[6..]), MemoryMarshal.Read<ulong>(s[8..]), MemoryMarshal.Read<uint>(s));
}
