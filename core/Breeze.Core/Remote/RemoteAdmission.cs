namespace Breeze.Core.Remote;

/// <summary>What somebody who joined needs to know, and the watch over them.</summary>
public sealed record RemoteAdmission(
    Guid SessionId, Guid DeviceId, string Kind, bool ViewOnly, string Technician, string Options, Guid? UserId, Guid? UserSessionId, Guid? SecurityStamp, DateTimeOffset RequestedAt);
