namespace Breeze.Sdk;

/// <summary>Takes the output of a running command. Safe from several threads; the order within one stream is kept.</summary>
public interface ICommandOutput
{
    /// <summary>
    /// Appends bytes of text in UTF-8. The host keeps at most 1 MiB of each stream and marks the truncation; writing on is allowed and cheap.
    /// Completes when the bytes were taken over, so the buffer may be reused.
    /// </summary>
    ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken);
}
