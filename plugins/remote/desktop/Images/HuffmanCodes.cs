namespace Breeze.Remote.Desktop.Images;

/// <summary>The codes of a table of <see cref="JpegTables"/>.</summary>
sealed class HuffmanCodes
{
    readonly uint[] _codes = new uint[256];
    readonly byte[] _lengths = new byte[256];

    public HuffmanCodes(ReadOnlySpan<byte> table)
    {
        var code = 0u;
        var at = 16;
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            for (var left = table[length - 1]; left > 0; left--, at++)
                (_codes[table[at]], _lengths[table[at]]) = (code++, (byte)length);
        }
    }

    public void Write(ref JpegBits bits, int symbol) => bits.Write(_codes[symbol], _lengths[symbol]);
}
