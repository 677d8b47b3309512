namespace Breeze.Core.Remote;

/// <summary>How far a session is.</summary>
public static class RemoteStatus
{
    /// <summary>Asked for; nobody has joined.</summary>
    public const string Requested = "requested";

    /// <summary>The technician is there and the device is not yet.</summary>
    public const string Connecting = "connecting";
    public const string Active = "active";
    public const string Ended = "ended";

    /// <summary>The device would not.</summary>
    public const string Refused = "refused";

    /// <summary>It never came to be.</summary>
    public const string Failed = "failed";
}
