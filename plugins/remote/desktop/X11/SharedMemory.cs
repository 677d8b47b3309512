using System.Runtime.InteropServices;

namespace Breeze.Remote.Desktop.X11;

/// <summary>Memory that the display writes a picture into. It is gone when both have let go of it, also after a crash.</summary>
sealed unsafe partial class SharedMemory : IDisposable
{
    const int Remove = 0;
    const int Set = 1;
    const int Stat = 2;
    const int Mode = 0x180;
    const int RoomForStatus = 256;

    byte* _address;

    SharedMemory(int id, byte* address, int size)
    {
        (Id, Size) = (id, size);
        _address = address;
    }

    public int Id { get; }

    public int Size { get; }

    public ReadOnlySpan<uint> Pixels => new(_address, Size / sizeof(uint));

    /// <summary>Null when the system gives none.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="user">Who may use it beside us: the display's own user.</param>
    public static SharedMemory? Create(int size, int user)
    {
        var id = Get(0, (nuint)size, Mode);
        if (id < 0)
            return null;
        Span<byte> status = stackalloc byte[RoomForStatus];
        // The owner is the first field after the key; who made it keeps the same right.
        if (user >= 0 && Control(id, Stat, ref status[0]) == 0)
        {
            MemoryMarshal.Write(status[4..], user);
            _ = Control(id, Set, ref status[0]);
        }
        var address = Attach(id, 0, 0);
        if (address != -1)
            return new(id, (byte*)address, size);
        _ = Control(id, Remove, ref status[0]);
        return null;
    }

    /// <summary>Nobody else can attach it from here on.</summary>
    public void Forget()
    {
        Span<byte> status = stackalloc byte[RoomForStatus];
        _ = Control(Id, Remove, ref status[0]);
    }

    public void Dispose()
    {
        if (_address == null)
            return;
        _ = Detach((nint)_address);
        _address = null;
    }

    [LibraryImport("libc", EntryPoint = "shmget", SetLastError = true)]
    private static partial int Get(int key, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "shmat", SetLastError = true)]
    private static partial nint Attach(int id, nint address, int flags);

    [LibraryImport("libc", EntryPoint = "shmdt")]
    private static partial int Detach(nint address);

    [LibraryImport("libc", EntryPoint = "shmctl")]
    private static partial int Control(int id, int command, ref byte status);
}
