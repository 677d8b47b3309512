namespace Breeze.Features.Alerting.OnCall;

/// <summary>Who is on call, in the wall time of one zone.</summary>
public sealed class OnCallSchedule
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public string Name { get; set; } = "";
    public string TimeZone { get; set; } = "UTC";

    /// <summary>JSON of <see cref="OnCallLayerDraft"/>; of several that cover a moment the last one counts.</summary>
    public string Layers { get; set; } = "[]";

    /// <summary>Whether who comes on and who goes are told so.</summary>
    public bool Tells { get; set; } = true;

    /// <summary>When who is on call changes next, or is looked at again.</summary>
    public DateTimeOffset ChangesAt { get; set; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
