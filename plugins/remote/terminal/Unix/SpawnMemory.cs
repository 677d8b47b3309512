using System.Runtime.InteropServices;

namespace Breeze.Remote.Terminal.Unix;

/// <summary>Unmanaged memory for one start, freed at once.</summary>
sealed class SpawnMemory : IDisposable
{
    /// <summary>More than the opaque structures of posix_spawn take on any system that .NET runs on.</summary>
    const int StructureSize = 1024;

    readonly List<nint> _blocks = [];

    public nint Text(string value) => Keep(Marshal.StringToCoTaskMemUTF8(value));

    /// <summary>Null-terminated.</summary>
    public nint[] Texts(IEnumerable<string> values) => [.. values.Select(Text), 0];

    public unsafe nint Structure()
    {
        var block = Keep(Marshal.AllocCoTaskMem(StructureSize));
        new Span<byte>((void*)block, StructureSize).Clear();
        return block;
    }

    public void Dispose() => _blocks.ForEach(Marshal.FreeCoTaskMem);

    nint Keep(nint block)
    {
        _blocks.Add(block);
        return block;
    }
}
