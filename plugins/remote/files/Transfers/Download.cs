using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Breeze.Remote.Files.Wire;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Transfers;

/// <summary>A file on its way to the page. The next pieces are read and hashed while one is being sent.</summary>
sealed class Download(FilesRequest request, Outbox outbox)
{
    const int ReadAhead = 8;

    /// <summary>Of what the kernel writes at the moment it is read, such as /proc, nobody knows the size before.</summary>
    const long LargestOfNoSize = 16 << 20;

    long _sent;

    public long Sent => _sent;

    public async ValueTask<FilesAnswer> RunAsync(SafeFileHandle file, FileEntry entry, Func<FileEntry?> again, CancellationToken cancellationToken)
    {
        var offset = request.Offset ?? 0;
        if (offset < 0 || offset > entry.Size)
            throw FileFault.Invalid("A download begins within the file.");
        if (offset > 0 && request.Version != entry.Version)
            throw new FileFault("changed", $"{entry.Name} was changed since the download began. Begin it anew.");
        await outbox.SayAsync(new FilesAnswer(request.Id) { Entry = entry, Size = entry.Size, Offset = offset, Version = entry.Version }, cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pieces = Channel.CreateBounded<(byte[] Message, int Length, long Offset)>(new BoundedChannelOptions(ReadAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(file, entry, offset, pieces.Writer, over.Token), CancellationToken.None);
        try
        {
            await foreach (var (message, length, at) in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await outbox.SendChunkAsync(message.AsMemory(0, FileMessage.ChunkHead + length), request.Id, at, cancellationToken).ConfigureAwait(false);
                ArrayPool<byte>.Shared.Return(message);
                _sent += length;
            }
        }
        catch
        {
            await over.CancelAsync().ConfigureAwait(false);
            // Nothing reads the file any more when its handle is closed.
            await reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }
        var (size, sha256) = await reading.ConfigureAwait(false);
        return new FilesAnswer(request.Id)
        {
            Done = true, Size = size, Sha256 = sha256, Changed = entry.Size > 0 && again()?.Version != entry.Version ? true : null,
        };
    }

    /// <summary>Reads as much as there was at the beginning: a log that grows meanwhile ends there.</summary>
    async Task<(long Size, string Sha256)> ReadAsync(SafeFileHandle file, FileEntry entry, long offset, ChannelWriter<(byte[], int, long)> pieces, CancellationToken cancellationToken)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var end = entry.Size > 0 ? entry.Size : LargestOfNoSize;
            long at = 0;
            while (at < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var message = ArrayPool<byte>.Shared.Rent(FileMessage.ChunkHead + outbox.ChunkBytes);
                // What the page has already is read for the hash of the whole.
                var wanted = Math.Min(outbox.ChunkBytes, (at < offset ? offset : end) - at);
                var count = RandomAccess.Read(file, message.AsSpan(FileMessage.ChunkHead, (int)wanted), at);
                if (count == 0 && entry.Size > 0)
                    throw new FileFault("changed", $"{entry.Name} became shorter while it was read. Download it again.");
                if (count == 0)
                    break;
                hash.AppendData(message, FileMessage.ChunkHead, count);
                if (at >= offset)
                    await pieces.WriteAsync((message, count, at), cancellationToken).ConfigureAwait(false);
                else
                    ArrayPool<byte>.Shared.Return(message);
                at += count;
            }
            pieces.Complete();
            return (at, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception fault)
        {
            pieces.Complete(fault);
            throw;
        }
    }
}
