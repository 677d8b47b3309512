namespace Breeze.Core.Remote;

/// <summary>Somebody's access to a device from afar.</summary>
public sealed class RemoteSession
{
    public Guid Id { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid DeviceId { get; init; }
    public Guid? UserId { get; init; }

    /// <summary>The person's name at the time.</summary>
    public string Technician { get; init; } = "";

    /// <summary>One of <see cref="RemoteKinds"/>.</summary>
    public required string Kind { get; init; }
    public bool ViewOnly { get; init; }

    /// <summary>JSON, as the kind wants it.</summary>
    public string Options { get; init; } = "{}";

    /// <summary>One of <see cref="RemoteStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary><c>direct</c>, <c>turn</c> or <c>relay</c>; null until a connection stands.</summary>
    public string? Transport { get; set; }
    public string? ClientAddress { get; init; }
    public byte[]? TicketHash { get; set; }
    public DateTimeOffset? TicketExpiresAt { get; set; }
    public Guid? UserSessionId { get; init; }
    public Guid? SecurityStamp { get; init; }
    public DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When a node that holds one of its sockets last said so.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>One of <see cref="RemoteEndings"/>, or a word of the device's.</summary>
    public string? EndReason { get; set; }
    public string? EndMessage { get; set; }
    public Guid? EndedBy { get; set; }
}
