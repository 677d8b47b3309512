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

    /// <summary>What was decided of consent when it was asked for; null for sessions of before there was any.</summary>
    public string? ConsentMode { get; init; }
    public int? ConsentTimeoutSeconds { get; init; }
    public string? ConsentOnTimeout { get; init; }
    public string? ConsentWhenNobody { get; init; }

    /// <summary>What became of it, by the device's word: <c>allowed</c>, <c>denied</c>, <c>timed_out</c>, <c>nobody</c> or <c>not_asked</c>; null until then.</summary>
    public string? Consent { get; init; }

    /// <summary>One of <see cref="RemoteStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary><c>direct</c>, <c>turn</c> or <c>relay</c>; null until a connection stands.</summary>
    public string? Transport { get; set; }
    public string? ClientAddress { get; init; }
    public byte[]? TicketHash { get; set; }
    public DateTimeOffset? TicketExpiresAt { get; set; }
    public Guid? UserSessionId { get; set; }
    public Guid? SecurityStamp { get; set; }
    public DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When a node that holds one of its sockets last said so.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>What lets the browser come back after a lost connection; good once.</summary>
    public byte[]? ResumeHash { get; set; }

    /// <summary>How many pages have looked on.</summary>
    public int Viewer { get; set; }

    /// <summary>How long it lives without a browser.</summary>
    public int LingerSeconds { get; init; } = (int)RemoteGrace.Lost.TotalSeconds;

    /// <summary>Whether what it shows is kept.</summary>
    public bool Recorded { get; init; }

    /// <summary>The browser's socket; null while it is away.</summary>
    public Guid? BrowserLink { get; set; }
    public DateTimeOffset? BrowserSeenAt { get; set; }

    /// <summary>The device's socket; null while it is away.</summary>
    public Guid? AgentLink { get; set; }
    public DateTimeOffset? AgentSeenAt { get; set; }

    /// <summary>Since when one side of it has been away; null while both are there, and when it has not begun or has ended.</summary>
    public DateTimeOffset? InterruptedAt => StartedAt is null || EndedAt is not null ? null
        : BrowserLink is null && AgentLink is null ? (BrowserSeenAt < AgentSeenAt ? BrowserSeenAt : AgentSeenAt)
        : BrowserLink is null ? BrowserSeenAt
        : AgentLink is null ? AgentSeenAt : null;

    /// <summary>One of <see cref="RemoteEndings"/>, or a word of the device's.</summary>
    public string? EndReason { get; set; }
    public string? EndMessage { get; set; }
    public Guid? EndedBy { get; set; }
}
