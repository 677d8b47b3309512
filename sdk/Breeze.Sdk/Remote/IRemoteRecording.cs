namespace Breeze.Sdk;

/// <summary>
/// Where a session that is recorded writes what it shows, in a format of its kind: a terminal in asciicast v2, lines of UTF-8 with the header first. What a person types does not belong
/// there. Safe to call from any thread; what one call writes stays together.
/// </summary>
public interface IRemoteRecording
{
    /// <summary>
    /// Adds to the recording, before it is shown. Waits while too much has not reached the server yet, so awaiting it is what keeps a session from going on unrecorded. When the recording
    /// has reached its largest size, it returns at once and keeps nothing.
    /// </summary>
    /// <param name="content">May be used again when this completes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
