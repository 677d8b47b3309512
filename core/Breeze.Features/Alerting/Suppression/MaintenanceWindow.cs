namespace Breeze.Features.Alerting.Suppression;

/// <summary>Planned work: while it lasts, alerts of its devices show and nobody is told.</summary>
public sealed class MaintenanceWindow
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }

    /// <summary>Null for all organizations.</summary>
    public Guid? OrganizationId { get; init; }
    public Guid? SiteId { get; init; }
    public string Name { get; set; } = "";
    public string Note { get; set; } = "";

    /// <summary>A device expression; empty for all devices there.</summary>
    public string Target { get; set; } = "";
    public bool Enabled { get; set; } = true;

    /// <summary>One of <see cref="MaintenanceRecurrence"/>.</summary>
    public string Recurrence { get; set; } = MaintenanceRecurrence.Once;

    /// <summary>IANA.</summary>
    public string TimeZone { get; set; } = "UTC";
    public DateTimeOffset? FromAt { get; set; }
    public DateTimeOffset? UntilAt { get; set; }

    /// <summary>From Monday, 1, to Sunday, 7.</summary>
    public short[] Days { get; set; } = [];

    /// <summary>Monthly: 1 to 4, or -1 for the last.</summary>
    public short? Week { get; set; }
    public TimeOnly? Starts { get; set; }
    public int? Minutes { get; set; }
    public Guid? CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}
