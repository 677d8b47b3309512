using System.Runtime.InteropServices;

namespace Breeze.X11;

/// <summary>Whose a file is.</summary>
static partial class FileOwner
{
    const int CurrentDirectory = -100;
    const uint UserId = 0x8;
    const int RoomForStatus = 256;
    const int UserIdAt = 20;

    /// <summary>Null when it is not there.</summary>
    public static int? Of(string path)
    {
        Span<byte> status = stackalloc byte[RoomForStatus];
        return Status(CurrentDirectory, path, 0, UserId, ref status[0]) == 0 ? BitConverter.ToInt32(status[UserIdAt..]) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int directory, string path, int flags, uint mask, ref byte status);
}
