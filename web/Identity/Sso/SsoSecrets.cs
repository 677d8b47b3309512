using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Breeze.Web.Identity.Sso;

/// <summary>Client secrets, encrypted as they are stored.</summary>
public sealed class SsoSecrets(IDataProtectionProvider protection)
{
    readonly IDataProtector _protector = protection.CreateProtector("Breeze.Sso.ClientSecret");

    /// <summary>An empty text gives no bytes: it removes the secret.</summary>
    public byte[] Protect(string secret) => secret.Length == 0 ? [] : _protector.Protect(Encoding.UTF8.GetBytes(secret));

    public string Unprotect(byte[] secret) => Encoding.UTF8.GetString(_protector.Unprotect(secret));
}
