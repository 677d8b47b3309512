namespace Breeze.Core.Identity;

/// <summary>What a new key shall be.</summary>
public sealed record ApiKeyDraft(string? Name, string[]? Permissions, DateTimeOffset? ExpiresAt, string[]? AllowedAddresses);

/// <summary>A new key; the only time that it is seen.</summary>
public sealed record CreatedApiKey(ApiKey Row, string Key);
