namespace Breeze.Core.Identity;

/// <summary>A passkey of a person.</summary>
public sealed class UserPasskey
{
    public required byte[] CredentialId { get; init; }
    public Guid UserId { get; init; }
    public required string Name { get; set; }

    /// <summary>The public key, the counter and the flags, as JSON.</summary>
    public required string Data { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
}
