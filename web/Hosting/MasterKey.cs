using System.Security.Cryptography;

namespace Breeze.Web.Hosting;

/// <summary>
/// The one key that is not in the database: it encrypts the keys of Data Protection there, so that a copy of the database alone gives no secret away.
/// <c>BREEZE_MASTER_KEY</c>, or a file in the data directory that only its owner reads.
/// </summary>
sealed class MasterKey
{
    const string Prefix = "v1:";
    const int KeyLength = 32;
    readonly byte[] _key;

    MasterKey(byte[] key) => _key = key;

    public static string FileOf(string dataDirectory) => Path.Combine(dataDirectory, "master.key");

    public static MasterKey Load(ServerSettings settings)
    {
        if (settings.MasterKey is { } given)
        {
            return new(Parse(given) ?? throw new StartupException($"BREEZE_MASTER_KEY is not a key of {KeyLength} bytes in Base64. Make one with 'openssl rand -base64 {KeyLength}'."));
        }
        var file = FileOf(settings.DataDirectory);
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            using var stream = new FileStream(file, options);
            using var writer = new StreamWriter(stream);
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)));
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }
        return new(Parse(File.ReadAllText(file)) ?? throw new StartupException($"{file} is damaged: it is not a key of {KeyLength} bytes in Base64. Restore it from a backup."));
    }

    /// <summary>Encrypts with AES-256-GCM; a nonce of its own and the purpose go with it.</summary>
    public string Encrypt(string text, string purpose)
    {
        var plain = System.Text.Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[AesGcm.NonceByteSizes.MaxSize + plain.Length + AesGcm.TagByteSizes.MaxSize];
        var nonce = sealedText.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, AesGcm.TagByteSizes.MaxSize);
        aes.Encrypt(
            nonce, plain, sealedText.AsSpan(nonce.Length, plain.Length), sealedText.AsSpan(nonce.Length + plain.Length), System.Text.Encoding.UTF8.GetBytes(purpose));
        return Prefix + Convert.ToBase64String(sealedText);
    }

    public static bool IsEncrypted(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <exception cref="CryptographicException">It was encrypted with another key, or altered.</exception>
    public string Decrypt(string text, string purpose)
    {
        var sealedText = Convert.FromBase64String(text[Prefix.Length..]);
        var length = sealedText.Length - AesGcm.NonceByteSizes.MaxSize - AesGcm.TagByteSizes.MaxSize;
        var plain = new byte[length];
        using var aes = new AesGcm(_key, AesGcm.TagByteSizes.MaxSize);
        aes.Decrypt(
            sealedText.AsSpan(0, AesGcm.NonceByteSizes.MaxSize), sealedText.AsSpan(AesGcm.NonceByteSizes.MaxSize, length),
            sealedText.AsSpan(AesGcm.NonceByteSizes.MaxSize + length), plain, System.Text.Encoding.UTF8.GetBytes(purpose));
        return System.Text.Encoding.UTF8.GetString(plain);
    }

    static byte[]? Parse(string text)
    {
        var key = new byte[KeyLength];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == KeyLength ? key : null;
    }
}
