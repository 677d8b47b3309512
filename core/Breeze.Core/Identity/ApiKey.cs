using System.Net;

namespace Breeze.Core.Identity;

/// <summary>A long-lived key for programs. What it may do is what it lists and its owner may do at that moment.</summary>
public sealed class ApiKey
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid UserId { get; init; }

    /// <summary>The owner's membership that it acts in.</summary>
    public Guid MembershipId { get; init; }

    public required string Name { get; set; }

    /// <summary>The first characters, by which a person knows the key again.</summary>
    public required string Hint { get; init; }

    public required string[] Permissions { get; init; }

    /// <summary>The networks that it works from; empty means all.</summary>
    public IPNetwork[] AllowedAddresses { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public string? LastUsedAddress { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
