using Breeze.Protocol;

namespace Breeze.Core.Remote;

/// <summary>What somebody who joined needs to know, and the watch over them.</summary>
/// <param name="LinkId">Of this socket; the next one of the same side takes its place.</param>
/// <param name="Viewer">Which page looks on; counted.</param>
public sealed record RemoteAdmission(
    Guid SessionId, Guid DeviceId, string Kind, bool ViewOnly, string Technician, string Options, Guid? UserId, Guid? UserSessionId, Guid? SecurityStamp, DateTimeOffset RequestedAt,
    Guid LinkId, int Viewer)
{
    /// <summary>Whom the technician works for.</summary>
    public string Company { get; init; } = "";

    /// <summary>The device's name.</summary>
    public string Device { get; init; } = "";

    /// <summary>What the device is told of consent; null for sessions of before there was any.</summary>
    public RemoteConsentTerms? Consent { get; init; }

    /// <summary>For the browser: with what it comes back after a lost connection.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether the device is to record it.</summary>
    public bool Recorded { get; init; }
}
