using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Breeze.Core.Identity;

/// <summary>Random bearer secrets: made once, shown once, kept as SHA-256 alone. 256 bits, so a plain hash suffices.</summary>
public static class SecretToken
{
    /// <summary>Makes a secret behind a prefix that says what it is, such as <c>brz_agent_</c>.</summary>
    public static string Create(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
