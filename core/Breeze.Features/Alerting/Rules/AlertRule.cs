namespace Breeze.Features.Alerting.Rules;

/// <summary>When to raise an alert, for which devices, and what it says.</summary>
public sealed class AlertRule
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>For one organization only; null means for all of the partner's.</summary>
    public Guid? OrganizationId { get; set; }

    /// <summary>For one site of it only.</summary>
    public Guid? SiteId { get; set; }

    /// <summary>The wider rule that this one stands in for where it applies.</summary>
    public Guid? ParentId { get; init; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public bool Enabled { get; set; } = true;

    /// <summary>One of <see cref="AlertSeverity"/>.</summary>
    public string Severity { get; set; } = AlertSeverity.Warning;

    /// <summary>In the language of alert conditions.</summary>
    public string Condition { get; set; } = "";

    /// <summary>When it is over; empty means as soon as the condition does not hold.</summary>
    public string Recovery { get; set; } = "";

    /// <summary>A device expression that narrows it; empty means every device.</summary>
    public string Target { get; set; } = "";

    /// <summary><c>series</c>: an alert for each disk, interface and so on; <c>device</c>: one for the device.</summary>
    public string Per { get; set; } = AlertPer.Series;

    /// <summary>Scriban templates; empty means one made of the rule's name and the value.</summary>
    public string Title { get; set; } = "";
    public string Message { get; set; } = "";
    public string RunbookUrl { get; set; } = "";

    /// <summary>What it does on the device, as JSON of <see cref="Healing.RuleAction"/>; null for nothing.</summary>
    public string? Action { get; set; }

    /// <summary>An alert that comes back within this time is the same one again.</summary>
    public int ReopenMinutes { get; set; } = 15;

    /// <summary>The key of the rule that every partner begins with and that this one came from.</summary>
    public string? Starter { get; init; }
    public int Version { get; set; } = 1;
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
