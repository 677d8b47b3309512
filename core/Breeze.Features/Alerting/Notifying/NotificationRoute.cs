namespace Breeze.Features.Alerting.Notifying;

/// <summary>Which alerts go to which channels. Routes are asked in the order of their positions; the partner's before an organization's.</summary>
public sealed class NotificationRoute
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid? OrganizationId { get; set; }
    public string Name { get; set; } = "";
    public int Position { get; set; }
    public bool Enabled { get; set; } = true;

    /// <summary>Empty means any.</summary>
    public string[] Severities { get; set; } = [];

    /// <summary>A device expression; empty means any device.</summary>
    public string Target { get; set; } = "";

    /// <summary>When it applies, as JSON: <c>{"time_zone": "Europe/Berlin", "days": [1,2,3,4,5], "from": "08:00", "to": "18:00"}</c>; empty means always.</summary>
    public string Hours { get; set; } = "{}";

    /// <summary>What is told: <c>firing</c>, <c>reopened</c>, <c>acknowledged</c>, <c>resolved</c>.</summary>
    public string[] Events { get; set; } = ["firing", "reopened", "resolved"];
    public Guid[] ChannelIds { get; set; } = [];

    /// <summary>The escalation policy that begins when an alert fires.</summary>
    public Guid? PolicyId { get; set; }

    /// <summary>Whether it shows in the bell of everybody who sees the alert.</summary>
    public bool InApp { get; set; }

    /// <summary>When it waits, shaped as <see cref="Hours"/>; what is critical does not.</summary>
    public string Quiet { get; set; } = "{}";

    /// <summary>Gathers for so long and tells together; 0 tells at once.</summary>
    public int DigestMinutes { get; set; }

    /// <summary>Whether no later route is asked.</summary>
    public bool Stops { get; set; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
