namespace Breeze.Core.Auditing;

/// <summary>A deed to record.</summary>
/// <param name="Action">In the past tense's place, as <c>device.command_queued</c>.</param>
public sealed record AuditRecord(string Action, string TargetKind = "", string TargetId = "")
{
    public Guid? PartnerId { get; init; }
    public Guid? OrganizationId { get; init; }
    public string Address { get; init; } = "";

    /// <summary>A JSON object with what is worth knowing, without secrets.</summary>
    public string Detail { get; init; } = "{}";

    /// <summary>When an agent acted and not a person.</summary>
    public Guid? AgentId { get; init; }
}
