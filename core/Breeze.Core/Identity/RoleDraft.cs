namespace Breeze.Core.Identity;

/// <summary>What a role shall be; null leaves a part as it is.</summary>
public sealed record RoleDraft(string? Name, string? Scope, string[]? Permissions, string? Description, bool? RequireMfa);
