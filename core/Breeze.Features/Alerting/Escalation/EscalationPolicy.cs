namespace Breeze.Features.Alerting.Escalation;

/// <summary>Whom to tell, one after the other, until somebody answers.</summary>
public sealed class EscalationPolicy
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public string Name { get; set; } = "";

    /// <summary>JSON of <see cref="EscalationStep"/>.</summary>
    public string Steps { get; set; } = "[]";

    /// <summary>How often it begins again after its last step.</summary>
    public int Repeats { get; set; }

    /// <summary>How long after its last step.</summary>
    public int RepeatMinutes { get; set; } = 30;
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
