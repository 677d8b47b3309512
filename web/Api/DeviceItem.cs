using Breeze.Core.Devices;
using Breeze.Protocol;

namespace Breeze.Web.Api;

/// <summary>A device as the API shows it.</summary>
sealed record DeviceItem
{
    public required Guid Id { get; init; }
    public required string Hostname { get; init; }
    public string? DisplayName { get; init; }
    public required string Status { get; init; }
    /// <summary><c>approved</c>, or <c>waiting</c> for a person's approval.</summary>
    public required string Approval { get; init; }

    public string? QuarantineReason { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Whether the wake channel is open, so that a command arrives at once.</summary>
    public bool Live { get; init; }
    public required Guid OrganizationId { get; init; }
    public required Guid SiteId { get; init; }
    public required OsInfo Os { get; init; }
    public required string AgentVersion { get; init; }
    public required string Address { get; init; }
    public required string[] Tags { get; init; }
    public int? HeartbeatIntervalSeconds { get; init; }
    public DateTimeOffset EnrolledAt { get; init; }

    public static DeviceItem From(Device d) => new()
    {
        Id = d.Id,
        Hostname = d.Hostname,
        DisplayName = d.DisplayName,
        Status = d.Status,
        Approval = d.Approval,
        QuarantineReason = d.QuarantineReason,
        LastSeenAt = d.Presence?.LastSeenAt,
        Live = d.Presence?.LiveSince is not null,
        OrganizationId = d.OrganizationId,
        SiteId = d.SiteId,
        Os = new OsInfo(d.OsFamily, d.OsName, d.OsVersion, d.Arch),
        AgentVersion = d.AgentVersion,
        Address = d.Presence?.Address ?? "",
        Tags = d.Tags,
        HeartbeatIntervalSeconds = d.HeartbeatIntervalSeconds,
        EnrolledAt = d.EnrolledAt,
    };
}
