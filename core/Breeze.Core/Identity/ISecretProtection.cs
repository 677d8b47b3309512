namespace Breeze.Core.Identity;

/// <summary>Encrypts with the keys of this install.</summary>
public interface ISecretProtection
{
    /// <param name="purpose">What it is for: what was protected for one purpose cannot be read for another.</param>
    /// <param name="plain">The secret.</param>
    byte[] Protect(string purpose, byte[] plain);

    /// <summary>Null when it was not made by this install for this purpose.</summary>
    byte[]? Unprotect(string purpose, byte[] secret);
}
