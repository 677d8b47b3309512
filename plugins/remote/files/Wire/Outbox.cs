using System.Text.Json.Serialization.Metadata;
using Breeze.Sdk;

namespace Breeze.Remote.Files.Wire;

/// <summary>Everything that goes to the page. Awaiting it is the flow control.</summary>
sealed class Outbox(IRemoteChannel channel)
{
    const int LargestMessage = 64 << 10;
    const int PageBytes = 4096;

    readonly Turns _turns = new();

    /// <summary>How long a message of words may be.</summary>
    public int WordBytes { get; } = Math.Min(channel.MaxMessageSize, LargestMessage);

    /// <summary>How many bytes of a file go into one message.</summary>
    public int ChunkBytes { get; } = (Math.Min(channel.MaxMessageSize, LargestMessage) - FileMessage.ChunkHead) / PageBytes * PageBytes;

    public ValueTask SayAsync(FilesAnswer answer, CancellationToken cancellationToken) => SayAsync(answer, FilesJson.Lean.FilesAnswer, cancellationToken);

    public ValueTask SayAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) => SendAsync(FileMessage.Of(value, type), bulk: false, cancellationToken);

    /// <param name="message">With room for the head before the bytes.</param>
    /// <param name="id">Of the transfer.</param>
    /// <param name="offset">Where the bytes belong.</param>
    /// <param name="cancellationToken">Cancels the call before it is sent.</param>
    public ValueTask SendChunkAsync(Memory<byte> message, uint id, long offset, CancellationToken cancellationToken)
    {
        FileMessage.WriteHead(message.Span, id, offset);
        return SendAsync(message, bulk: true, cancellationToken);
    }

    async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool bulk, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(bulk, cancellationToken).ConfigureAwait(false);
        try
        {
            await channel.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turns.Pass();
        }
    }
}
