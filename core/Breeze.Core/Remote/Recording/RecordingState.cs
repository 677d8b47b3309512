namespace Breeze.Core.Remote.Recording;

/// <summary>How far a recording is.</summary>
public static class RecordingState
{
    public const string Recording = "recording";

    /// <summary>All of the session is there.</summary>
    public const string Complete = "complete";

    /// <summary>Its end is missing: it grew too large, or the device did not send the rest.</summary>
    public const string Cut = "cut";
}
