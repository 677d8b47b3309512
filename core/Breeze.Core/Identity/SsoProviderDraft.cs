namespace Breeze.Core.Identity;

/// <summary>What a provider shall be; null leaves a part as it is.</summary>
public sealed record SsoProviderDraft
{
    public string? Name { get; init; }
    public string? Slug { get; init; }
    public string? Authority { get; init; }
    public string? ClientId { get; init; }

    /// <summary>Encrypted already; null leaves it, empty removes it.</summary>
    public byte[]? ProtectedSecret { get; init; }

    public string[]? AllowedDomains { get; init; }
    public string? RoleClaim { get; init; }

    /// <summary>Value of the claim to role id.</summary>
    public IReadOnlyDictionary<string, Guid>? RoleMapping { get; init; }

    public Guid? DefaultRoleId { get; init; }

    /// <summary>Takes the default role away.</summary>
    public bool ClearDefaultRole { get; init; }

    public bool? Enabled { get; init; }
}
