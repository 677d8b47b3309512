using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Breeze.Core.Transport;

/// <summary>The SHA-256 of a bearer token, as a dictionary key. What an attacker can time is the hash of a guess, which tells nothing of a token.</summary>
public readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    public static TokenHash Of(ReadOnlySpan<byte> token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(token, hash);
        return FromBytes(hash);
    }

    public static TokenHash FromBytes(ReadOnlySpan<byte> hash)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(hash);
        return new(words[0], words[1], words[2], words[3]);
    }

    public byte[] ToBytes() => MemoryMarshal.AsBytes<ulong>([A, B, C, D]).ToArray();

    public override int GetHashCode() => (int)A;
}
