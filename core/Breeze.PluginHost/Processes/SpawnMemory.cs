using System.Runtime.InteropServices;

namespace Breeze.PluginHost.Processes;

/// <summary>Unmanaged memory for one start: strings and the opaque structures of posix_spawn, freed together.</summary>
sealed class SpawnMemory : IDisposable
{
    /// <summary>Larger than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t of any system that .NET runs on (336 bytes).</summary>
    const int StructureSize = 1024;

    readonly List<nint> _blocks = [];

    public nint Text(string value) => Keep(Marshal.StringToCoTaskMemUTF8(value));

    /// <summary>A null-terminated array of strings.</summary>
    public nint[] Texts(IEnumerable<string> values) => [.. values.Select(Text), 0];

    public nint Structure()
    {
        var block = Keep(Marshal.AllocCoTaskMem(StructureSize));
        for (var offset = 0; offset < StructureSize; offset += sizeof(long))
            Marshal.WriteInt64(block, offset, 0);
        return block;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            Marshal.FreeCoTaskMem(block);
        _blocks.Clear();
    }

    nint Keep(nint block)
    {
        _blocks.Add(block);
        return block;
    }
}
