using System.Text.Json.Serialization;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Healing;

namespace Breeze.Features.Alerting.Rules;

/// <summary>What a rule shall be; null leaves a field as it is, or takes its default for a new rule.</summary>
public sealed record AlertRuleChange
{
    public string? Name { get; init; }
    public string? Description { get; init; }
    public bool? Enabled { get; init; }
    public string? Severity { get; init; }
    public string? Condition { get; init; }
    public string? Recovery { get; init; }
    public string? Target { get; init; }
    public string? Per { get; init; }
    public string? Title { get; init; }
    public string? Message { get; init; }
    public string? RunbookUrl { get; init; }
    public int? ReopenMinutes { get; init; }

    /// <summary>What it does on the device; null takes that away, and left out it stays. One that stands in for another does not begin with that one's.</summary>
    [JsonConverter(typeof(RuleActionConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Change<RuleAction> Action { get; init; }

    /// <summary>For a new rule only: where it belongs. All null means the whole partner.</summary>
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }

    /// <summary>For a new rule only: the wider rule that it stands in for.</summary>
    public Guid? ParentId { get; init; }
}
