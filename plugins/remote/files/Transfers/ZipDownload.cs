using System.Buffers;
using System.IO.Compression;
using System.Text;
using Breeze.Remote.Files.Trees;
using Microsoft.Win32.SafeHandles;

namespace Breeze.Remote.Files.Transfers;

/// <summary>Folders and files as one archive that is made while it is sent. Links and what is no regular file are left out and counted.</summary>
sealed class ZipDownload(ZipArchive archive, Tally tally)
{
    const int BufferBytes = 128 << 10;

    static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Latest = new(2107, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async ValueTask AddAsync(IFolder folder, FileEntry entry, string prefix, int depth)
    {
        var path = prefix + SafeName(entry.Name);
        if (entry.IsFolder && depth < Tree.MaximumDepth)
        {
            Make(path + "/", entry);
            await tally.CountAsync(entry).ConfigureAwait(false);
            try
            {
                using var inner = folder.OpenFolder(entry.Name);
                foreach (var below in inner.List(tally.Token))
                    await AddAsync(inner, below, path + "/", depth + 1).ConfigureAwait(false);
            }
            catch (FileFault)
            {
                tally.Skip();
            }
        }
        else if (entry.IsFile && Open(folder, entry) is { } file)
        {
            using (file)
                await AddFileAsync(file, entry, path).ConfigureAwait(false);
            await tally.CountAsync(entry).ConfigureAwait(false);
        }
        else
            tally.Skip();
    }

    async ValueTask AddFileAsync(SafeFileHandle file, FileEntry entry, string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var content = Make(path, entry).Open();
            long at = 0;
            // Of a file that grows as it is read, what there was.
            while (at < entry.Size && RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.Size - at)), at) is > 0 and var count)
            {
                await content.WriteAsync(buffer.AsMemory(0, count), tally.Token).ConfigureAwait(false);
                at += count;
                await tally.CountBytesAsync(count).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    ZipArchiveEntry Make(string path, FileEntry entry)
    {
        var made = archive.CreateEntry(path, CompressionLevel.Fastest);
        var changed = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(entry.Changed, Earliest.ToUnixTimeMilliseconds(), Latest.ToUnixTimeMilliseconds()));
        made.LastWriteTime = changed;
        if (entry.Mode is { } mode)
            // What lends its owner's rights does not travel.
            made.ExternalAttributes = ((entry.IsFolder ? 0x4000 : 0x8000) | (mode & 0x1ff)) << 16 | (entry.IsFolder ? 0x10 : 0);
        return made;
    }

    static SafeFileHandle? Open(IFolder folder, FileEntry entry)
    {
        try
        {
            return folder.OpenRead(entry.Name, out _);
        }
        catch (FileFault)
        {
            return null;
        }
    }

    /// <summary>A name that leads nowhere else wherever the archive is unpacked: a backslash is a separator on Windows.</summary>
    static string SafeName(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var character in name)
            safe.Append(character is '\\' or '/' or ':' || char.IsControl(character) ? '_' : character);
        return safe.ToString();
    }
}
