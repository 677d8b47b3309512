using System.Buffers;

namespace Breeze.Remote.Files.Trees;

/// <summary>Copies a thing and all that is below it: links as links, modes, times and owners too, pipes and devices not at all. A file has its name only when it is whole.</summary>
sealed class CopyTree(bool replace, Tally tally)
{
    const int BufferBytes = 256 << 10;

    public ValueTask RunAsync(IFolder from, string name, IFolder to, string newName) => CopyAsync(from, Tree.Require(from, name), to, newName, 0);

    async ValueTask CopyAsync(IFolder from, FileEntry entry, IFolder to, string newName, int depth)
    {
        var there = to.Find(newName);
        if (there is not null && !(entry.IsFolder && there.IsFolder) && (!replace || entry.IsFolder || there.IsFolder))
            throw FileFault.Occupied(newName);
        if (there is { IsFolder: true } && depth == 0 && !replace)
            throw FileFault.Occupied(newName);
        switch (entry.Kind)
        {
            case FileKinds.Folder:
                await CopyFolderAsync(from, entry, to, newName, there is null, depth).ConfigureAwait(false);
                break;
            case FileKinds.Link:
                if (there is not null)
                    to.Remove(newName, folder: false);
                to.MakeLink(newName, entry.Target ?? "", entry.Leads == FileKinds.Folder);
                to.Imitate(newName, entry, time: true);
                break;
            case FileKinds.File:
                await CopyFileAsync(from, entry, to, newName).ConfigureAwait(false);
                break;
            default:
                tally.Skip();
                return;
        }
        await tally.CountAsync(entry).ConfigureAwait(false);
    }

    async ValueTask CopyFolderAsync(IFolder from, FileEntry entry, IFolder to, string newName, bool isNew, int depth)
    {
        if (depth == Tree.MaximumDepth)
            throw Tree.TooDeep(entry.Name);
        if (isNew)
            to.MakeFolder(newName);
        using (var source = from.OpenFolder(entry.Name))
        using (var target = to.OpenFolder(newName))
        {
            foreach (var below in source.List(tally.Token))
                await CopyAsync(source, below, target, below.Name, depth + 1).ConfigureAwait(false);
        }
        if (isNew)
            to.Imitate(newName, entry, time: true);
    }

    async ValueTask CopyFileAsync(IFolder from, FileEntry entry, IFolder to, string newName)
    {
        using var source = from.OpenRead(entry.Name, out var opened);
        var part = PartName.Of(newName);
        RemoveIfThere(to, part);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using (var target = to.Create(part))
            {
                long offset = 0;
                while (RandomAccess.Read(source, buffer, offset) is > 0 and var count)
                {
                    RandomAccess.Write(target, buffer.AsSpan(0, count), offset);
                    offset += count;
                    await tally.CountBytesAsync(count).ConfigureAwait(false);
                }
            }
            to.Imitate(part, opened, time: true);
            to.Rename(part, to, newName, replace);
        }
        catch
        {
            RemoveIfThere(to, part);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static void RemoveIfThere(IFolder folder, string name)
    {
        try
        {
            folder.Remove(name, folder: false);
        }
        catch (FileFault)
        {
            // It is not there, or cannot be removed; making it new then says so.
        }
    }
}
