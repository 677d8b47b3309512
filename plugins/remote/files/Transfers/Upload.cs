using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using Breeze.Remote.Files.Wire;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Transfers;

/// <summary>
/// A file on its way to the device. It is written beside its place under a name of its own, where a later session finds what has come so far, and gets its name when all
/// of it is there, is what was sent, and would outlast a power failure.
/// </summary>
sealed class Upload : IDisposable
{
    /// <summary>The page keeps to it, so that the session's reader never waits for a disk.</summary>
    public const int Window = 1 << 20;

    const int TellEvery = Window / 4;
    const int BufferBytes = 256 << 10;

    readonly IFolder _folder;
    readonly string _name;
    readonly string _part;
    readonly FilesRequest _request;
    readonly Outbox _outbox;
    readonly Channel<(byte[]? Bytes, FilesRequest? Finish)> _queue = Channel.CreateUnbounded<(byte[]?, FilesRequest?)>(new() { SingleReader = true });
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    SafeFileHandle? _file;
    long _written;
    long _told;
    long _expected;
    int _waiting;
    bool _ready;

    public Upload(IFolder folder, string name, FilesRequest request, Outbox outbox)
    {
        (_folder, _name, _request, _outbox) = (folder, name, request, outbox);
        _part = PartName.Of(name);
    }

    public long Written => _written;

    /// <summary>A piece from the page; false when it is not what was agreed on.</summary>
    public bool Take(ReadOnlySpan<byte> bytes, ulong offset)
    {
        // Before the answer that says where to begin nothing is expected.
        if (!Volatile.Read(ref _ready) || offset != (ulong)_expected || bytes.IsEmpty || Interlocked.Add(ref _waiting, bytes.Length) > Window)
            return false;
        _expected += bytes.Length;
        return _queue.Writer.TryWrite((bytes.ToArray(), null));
    }

    public void Finish(FilesRequest request) => _queue.Writer.TryWrite((null, request));

    /// <summary>Runs until the file has its name; returns its size and hash.</summary>
    public async ValueTask<(long Size, string Sha256)> RunAsync(CancellationToken cancellationToken)
    {
        if (_request.Size is < 0)
            throw FileFault.Invalid("A file has no size below zero.");
        Refuse(_request.Replace);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _ready, true);
        await _outbox.SayAsync(new FilesAnswer(_request.Id) { Offset = _written, Window = Window }, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var (bytes, finish) in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (bytes is not null)
                    await WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                else if (await TryFinishAsync(finish!, cancellationToken).ConfigureAwait(false) is { } sha256)
                    return (_written, sha256);
            }
        }
        catch (Exception fault) when (FileFault.Of(fault).Code is FileFault.DiskFull)
        {
            // What fills the disk must not stay there.
            Discard();
            throw;
        }
        throw FileFault.Invalid("The upload did not end as uploads do.");
    }

    /// <summary>Removes what has come so far.</summary>
    public void Discard()
    {
        if (_file is null)
            return;
        Dispose();
        try
        {
            _folder.Remove(_part, folder: false);
        }
        catch (FileFault)
        {
            // It is gone, or will be found by the next upload of this name.
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _hash.Dispose();
    }

    /// <summary>Goes on with what an earlier session left, when it is this agent's own file and not longer than the new one.</summary>
    async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_folder.OpenOwn(_part) is { } kept)
        {
            _file = kept;
            Lock(kept);
            var length = RandomAccess.GetLength(kept);
            if (length <= (_request.Size ?? 0) && _request.Offset != 0)
            {
                await HashAsync(kept, length, cancellationToken).ConfigureAwait(false);
                _written = _expected = _told = length;
                return;
            }
            kept.Dispose();
            _file = null;
        }
        if (_folder.Find(_part) is { } other)
            _folder.Remove(_part, other.IsFolder);
        _file = _folder.Create(_part);
        Lock(_file);
    }

    void Lock(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && !Unix.UnixCalls.TryLock(file))
        {
            _file = null;
            file.Dispose();
            throw new FileFault("busy", $"{_name} is being uploaded already. End that transfer first.");
        }
    }

    async ValueTask HashAsync(SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long at = 0; at < length;)
            {
                var count = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at)), at, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                    throw new FileFault("changed", "What was uploaded before has been cut off. Begin the upload anew.");
                _hash.AppendData(buffer, 0, count);
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    async ValueTask WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        if (_written + bytes.Length > (_request.Size ?? long.MaxValue))
            throw FileFault.Invalid("More came than the file's size.");
        RandomAccess.Write(_file!, bytes, _written);
        _hash.AppendData(bytes);
        _written += bytes.Length;
        var waiting = Interlocked.Add(ref _waiting, -bytes.Length);
        if (waiting > 0 && _written - _told < TellEvery)
            return;
        _told = _written;
        await _outbox.SayAsync(new FilesAnswer(_request.Id) { Taken = _written }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when the name was taken meanwhile: the page may ask once more, or give up.</summary>
    async ValueTask<string?> TryFinishAsync(FilesRequest finish, CancellationToken cancellationToken)
    {
        var sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash());
        if (_written != (_request.Size ?? _written) || !string.Equals(sha256, finish.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            Discard();
            throw new FileFault("hash_mismatch", $"{_name}: what arrived is not what was sent. Upload it again.");
        }
        var replace = _request.Replace || finish.Replace;
        try
        {
            Refuse(replace);
            RandomAccess.FlushToDisk(_file!);
            if (replace && _folder.Find(_name) is { IsFile: true } before)
                _folder.Imitate(_part, before, time: false);
            else if (!OperatingSystem.IsWindows())
                _folder.SetMode(_part, 0x1a4);
            if (OperatingSystem.IsWindows())
                // There an open file keeps its name.
                _file!.Dispose();
            _folder.Rename(_part, _folder, _name, replace);
            _folder.Flush();
            return sha256;
        }
        catch (FileFault fault) when (fault.Code == FileFault.Exists && !OperatingSystem.IsWindows())
        {
            await _outbox.SayAsync(new FilesAnswer(_request.Id) { Error = new(fault.Code, fault.Message), More = true }, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    void Refuse(bool replace)
    {
        if (_folder.Find(_name) is { } there && (!replace || there.IsFolder))
            throw FileFault.Occupied(_name);
    }
}
