using System.Security.Cryptography;
using Breeze.Core.Identity;
using Microsoft.AspNetCore.DataProtection;

namespace Breeze.Web.Identity;

/// <inheritdoc cref="ISecretProtection"/>
sealed class SecretProtection(IDataProtectionProvider provider) : ISecretProtection
{
    public byte[] Protect(string purpose, byte[] plain) => Of(purpose).Protect(plain);

    public byte[]? Unprotect(string purpose, byte[] secret)
    {
        try
        {
            return Of(purpose).Unprotect(secret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    IDataProtector Of(string purpose) => provider.CreateProtector("Breeze.Identity", purpose);
}
