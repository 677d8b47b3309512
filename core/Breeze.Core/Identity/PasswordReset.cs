namespace Breeze.Core.Identity;

/// <summary>A link that lets a person choose a new password, once; only its hash is kept.</summary>
public sealed class PasswordReset
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public required byte[] TokenHash { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}
