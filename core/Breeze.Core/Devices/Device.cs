namespace Breeze.Core.Devices;

/// <summary>A managed machine.</summary>
public sealed class Device
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid SiteId { get; set; }
    public required string Hostname { get; set; }
    public string? DisplayName { get; set; }
    public required string MachineId { get; init; }
    public required string OsFamily { get; set; }
    public string OsName { get; set; } = "";
    public string OsVersion { get; set; } = "";
    public string Arch { get; set; } = "";
    public string AgentVersion { get; set; } = "";
    public string Status { get; set; } = DeviceStatus.Pending;
    /// <summary><c>approved</c>, or <c>waiting</c> for a person's approval.</summary>
    public string Approval { get; set; } = "approved";

    /// <summary>Why it is in quarantine; null exactly when it is not.</summary>
    public string? QuarantineReason { get; set; }

    public int? HeartbeatIntervalSeconds { get; set; }
    public string[] Tags { get; set; } = [];

    /// <summary>A JSON object: what people noted of it, by their own keys.</summary>
    public string CustomFields { get; set; } = "{}";

    /// <summary>When it comes back from maintenance by itself.</summary>
    public DateTimeOffset? MaintenanceUntil { get; set; }
    public DateTimeOffset EnrolledAt { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DevicePresence? Presence { get; init; }
}
