using System.Buffers;
using System.Security.Cryptography;

namespace Breeze.PluginHost;

/// <summary>Copies a file while checking that it is the one listed; never reads more than one chunk beyond its listed size.</summary>
static class VerifiedCopy
{
    const int ChunkSize = 64 * 1024;

    public static bool Matches(Stream source, PackageFile file, Stream destination)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var size = 0L;
            for (int read; (read = source.Read(chunk, 0, ChunkSize)) > 0;)
            {
                size += read;
                if (size > file.Size)
                {
                    return false;
                }

                sha.AppendData(chunk, 0, read);
                destination.Write(chunk, 0, read);
            }

            return size == file.Size && Convert.ToHexStringLower(sha.GetHashAndReset()) == file.Sha256;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
