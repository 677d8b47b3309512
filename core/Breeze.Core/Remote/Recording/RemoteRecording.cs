namespace Breeze.Core.Remote.Recording;

/// <summary>What a terminal showed in a session, as asciicast v2. Its content is in parts, and is the device's word.</summary>
public sealed class RemoteRecording
{
    public Guid SessionId { get; init; }
    public Guid PartnerId { get; init; }
    public Guid OrganizationId { get; init; }
    public Guid DeviceId { get; init; }

    /// <summary>The size at the beginning.</summary>
    public int Columns { get; init; }
    public int Rows { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Unpacked.</summary>
    public long Bytes { get; init; }

    /// <summary>How many parts there are.</summary>
    public int Parts { get; init; }

    /// <summary>One of <see cref="RecordingState"/>.</summary>
    public required string State { get; init; }
}
