namespace Breeze.Features.Scripts;

/// <summary>A script that is kept under a name: of a partner, or of one organization.</summary>
public sealed class Script
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Null for all of the partner's.</summary>
    public Guid? OrganizationId { get; init; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>The language, as a runtime plugin names it.</summary>
    public string Runtime { get; set; } = "";
    public string Content { get; set; } = "";

    /// <summary>A JSON list of <see cref="ScriptParameter"/>.</summary>
    public string Parameters { get; set; } = "[]";
    public int TimeoutSeconds { get; set; } = ScriptLimits.UsualTimeout;

    /// <summary>Counts the changes.</summary>
    public int Version { get; set; } = 1;
    public Guid? CreatedBy { get; init; }
    public Guid? UpdatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
