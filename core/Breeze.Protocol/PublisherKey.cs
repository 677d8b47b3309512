namespace Breeze.Protocol;

/// <summary>A publisher's public key.</summary>
/// <param name="KeyId">The first 16 hex digits of the SHA-256 of the key.</param>
/// <param name="PublicKey">The SubjectPublicKeyInfo in base64.</param>
public sealed record PublisherKey(string KeyId, string PublicKey);
