namespace Breeze.Core.Identity;

/// <summary>A browser or an API client that is signed in. Ending the row ends it at once, on every node.</summary>
public sealed class UserSession
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }

    /// <summary><c>browser</c> or <c>api</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="SignInMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The membership that this session acts in; null means the person's first.</summary>
    public Guid? MembershipId { get; set; }

    /// <summary>The only partner that it is good for, when that partner's single sign-on vouched for the person; null means any.</summary>
    public Guid? PartnerId { get; init; }

    public string Address { get; set; } = "";
    public string UserAgent { get; set; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the person last showed who they are: signing in, or confirming it since.</summary>
    public DateTimeOffset AuthenticatedAt { get; set; }

    /// <summary>When a second factor was last shown; a passkey counts.</summary>
    public DateTimeOffset? MfaAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
