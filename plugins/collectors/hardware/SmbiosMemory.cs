using System.Buffers.Binary;
using System.Text;

namespace Breeze.Collectors.Hardware;

/// <summary>Reads the memory devices (type 17) of the SMBIOS table, which only root may see.</summary>
static class SmbiosMemory
{
    const string Entries = "sys/firmware/dmi/entries";

    /// <summary>The filled slots; <see langword="null"/> when the table cannot be read.</summary>
    public static IReadOnlyList<MemoryModule>? Read(SystemFiles files)
    {
        var tables = files.Names(Entries).Where(name => name.StartsWith("17-", StringComparison.Ordinal))
            .Select(name => files.Bytes($"{Entries}/{name}/raw")).OfType<byte[]>().ToList();
        return tables.Count == 0 ? null : [.. tables.Select(table => Parse(table)).OfType<MemoryModule>()];
    }

    public static MemoryModule? Parse(ReadOnlySpan<byte> table)
    {
        if (table.Length < 0x1B || table[0] != 17 || table[1] < 0x1B || table[1] > table.Length)
            return null;
        var formatted = table[..table[1]];
        var strings = Encoding.UTF8.GetString(table[table[1]..]).Split('\0');
        var size = BinaryPrimitives.ReadUInt16LittleEndian(formatted[0x0C..]) switch
        {
            0 or 0xFFFF => 0L,
            0x7FFF when formatted.Length >= 0x20 => (BinaryPrimitives.ReadUInt32LittleEndian(formatted[0x1C..]) & 0x7FFFFFFF) * (1L << 20),
            var kilobytes when (kilobytes & 0x8000) != 0 => (kilobytes & 0x7FFF) * 1024L,
            var megabytes => megabytes * (1L << 20),
        };
        if (size == 0)
            return null;
        var type = formatted[0x12] switch { 0x18 => "DDR3", 0x1A => "DDR4", 0x22 => "DDR5", 0x1E => "LPDDR4", 0x23 => "LPDDR5", _ => null };
        var speed = BinaryPrimitives.ReadUInt16LittleEndian(formatted[0x15..]);
        return new MemoryModule(
            Text(strings, formatted[0x10]), size, type, speed is 0 or 0xFFFF ? null : speed, Text(strings, formatted[0x17]), Text(strings, formatted[0x18]));
    }

    /// <summary>Strings are numbered from 1; 0 is none.</summary>
    static string? Text(string[] strings, int number) =>
        number > 0 && number <= strings.Length && strings[number - 1].Trim() is { Length: > 0 } text ? text : null;
}
