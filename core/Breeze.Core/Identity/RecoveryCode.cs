namespace Breeze.Core.Identity;

/// <summary>A single-use code for who has lost their second factor; only its hash is kept.</summary>
public sealed class RecoveryCode
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public required byte[] CodeHash { get; init; }
    public DateTimeOffset? UsedAt { get; set; }
}
