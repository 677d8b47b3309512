namespace Breeze.Features.Policies;

/// <summary>A desired state: for whom it is, and what must hold there. Of a partner, or of one organization.</summary>
public sealed class Policy
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Null for all of the partner's.</summary>
    public Guid? OrganizationId { get; init; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public bool Enabled { get; set; } = true;

    /// <summary>An expression that finds the devices; empty for all of its level.</summary>
    public string Target { get; set; } = "";

    /// <summary>A JSON object with the list of <see cref="PolicyCheck"/> as <c>checks</c>.</summary>
    public string Definition { get; set; } = "{}";

    /// <summary>Counts the changes.</summary>
    public int Version { get; set; } = 1;
    public Guid? CreatedBy { get; init; }
    public Guid? UpdatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When its devices were last judged; null before the first time.</summary>
    public DateTimeOffset? CheckedAt { get; private set; }

    /// <summary>Why not all of it could be judged, in words for a person; null when it could.</summary>
    public string? LastError { get; private set; }

    /// <summary>What the last look found on its whole level.</summary>
    public int CompliantCount { get; private set; }

    /// <inheritdoc cref="CompliantCount"/>
    public int DriftedCount { get; private set; }

    /// <inheritdoc cref="CompliantCount"/>
    public int FailedCount { get; private set; }

    /// <inheritdoc cref="CompliantCount"/>
    public int UnknownCount { get; private set; }
}
