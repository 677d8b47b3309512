namespace Breeze.Core.Identity;

/// <summary>A named set of permissions.</summary>
public sealed class Role
{
    public Guid Id { get; init; }
    public Guid? PartnerId { get; init; }
    public required string Name { get; set; }
    public required string Scope { get; init; }
    public required string[] Permissions { get; set; }
    public string Description { get; set; } = "";

    /// <summary>Who has this role needs a second factor.</summary>
    public bool RequireMfa { get; set; }

    public bool IsBuiltin { get; init; }
}
