namespace Breeze.WebRtc.Stun;

/// <summary>The CRC-32 of ITU V.42 that FINGERPRINT is made of.</summary>
static class StunCrc32
{
    const uint Polynomial = 0xEDB88320;
    const uint FingerprintMask = 0x5354554E;
    static readonly uint[] Table = CreateTable();

    public static uint Fingerprint(ReadOnlySpan<byte> bytes) => Compute(bytes) ^ FingerprintMask;

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }
        return ~crc;
    }

    static uint[] CreateTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
