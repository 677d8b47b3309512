namespace Breeze.Core.Identity;

/// <summary>A person as an OpenID Connect provider knows them.</summary>
public sealed class SsoLink
{
    public Guid ProviderId { get; init; }
    public required string Subject { get; init; }
    public Guid UserId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
