namespace Breeze.Core.Devices.Bulk;

/// <summary>One action on many devices.</summary>
public sealed class BulkAction
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Who asked for it.</summary>
    public Guid UserId { get; init; }

    /// <summary>In which of their memberships: its rights now, and not then, decide over every batch.</summary>
    public Guid? MembershipId { get; init; }

    /// <summary>Which action, by <see cref="IBulkActionKind.Name"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it does in words, such as “Add the tag server”.</summary>
    public required string Title { get; init; }

    /// <summary>JSON of the kind's own shape.</summary>
    public string Parameters { get; init; } = "{}";

    /// <summary>The expression that chose the devices; empty when they were picked by hand.</summary>
    public string Target { get; init; } = "";
    public string State { get; set; } = BulkActionState.Queued;
    public int Total { get; init; }

    /// <summary>Devices that are through, however it ended.</summary>
    public int Done { get; set; }
    public int Failed { get; set; }

    /// <summary>Devices that are gone, out of reach or not fit for it.</summary>
    public int Skipped { get; set; }

    /// <summary>The organizations that whoever asked reached then; null means all of the partner's.</summary>
    public Guid[]? OrganizationIds { get; init; }

    /// <summary>Likewise the sites.</summary>
    public Guid[]? SiteIds { get; init; }

    public string? Error { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When the person has looked at what came of it.</summary>
    public DateTimeOffset? SeenAt { get; set; }
}
