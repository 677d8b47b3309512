using System.Security.Cryptography;
using System.Text;

namespace Breeze.Remote.Files;

/// <summary>The name that a file has while it is not whole.</summary>
static class PartName
{
    const string Ending = ".breeze-part";

    /// <summary>File systems take 255 bytes.</summary>
    const int Longest = 255;

    public static string Of(string name) => Encoding.UTF8.GetByteCount(name) + 1 + Ending.Length <= Longest
        ? $".{name}{Ending}"
        : $".{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}{Ending}";
}
