using System.Security.Cryptography;
using Breeze.Remote.Files.Wire;

namespace Breeze.Remote.Files.Transfers;

/// <summary>Written to by somebody who does not know where it ends, and sent in pieces; it cannot go back.</summary>
sealed class ChunkStream(uint id, Outbox outbox, CancellationToken cancellationToken) : Stream
{
    readonly byte[] _message = new byte[FileMessage.ChunkHead + outbox.ChunkBytes];
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    int _filled;
    long _sent;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _sent + _filled;
        set => throw new NotSupportedException();
    }

    /// <summary>Sends the rest.</summary>
    public async ValueTask<(long Size, string Sha256)> EndAsync()
    {
        await SendAsync().ConfigureAwait(false);
        return (_sent, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken token = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, outbox.ChunkBytes - _filled);
            buffer[..count].CopyTo(_message.AsMemory(FileMessage.ChunkHead + _filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == outbox.ChunkBytes)
                await SendAsync().ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken token) => WriteAsync(buffer.AsMemory(offset, count), token).AsTask();

    /// <summary>The archive writes its small parts so; the thread is one of this transfer's own.</summary>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
        // What does not fill a piece waits for more.
    }

    public override Task FlushAsync(CancellationToken token) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    async ValueTask SendAsync()
    {
        if (_filled == 0)
            return;
        _hash.AppendData(_message, FileMessage.ChunkHead, _filled);
        await outbox.SendChunkAsync(_message.AsMemory(0, FileMessage.ChunkHead + _filled), id, _sent, cancellationToken).ConfigureAwait(false);
        _sent += _filled;
        _filled = 0;
    }
}
