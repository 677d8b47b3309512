namespace Breeze.Core.Remote.Recording;

/// <summary>How much of recordings the server takes.</summary>
public static class RecordingLimits
{
    /// <summary>Of a part, packed.</summary>
    public const int PartBytes = 256 << 10;

    /// <summary>Of a part, unpacked. Agents pack less at once; more is somebody's bomb.</summary>
    public const int UnpackedPartBytes = 1 << 20;

    /// <summary>Of a session, unpacked.</summary>
    public const long SessionBytes = 256 << 20;

    /// <summary>How long after the end of its session the rest of a recording may come.</summary>
    public static TimeSpan Late { get; } = TimeSpan.FromMinutes(15);
}
