namespace Breeze.Remote.Files.Trees;

/// <summary>Removes a thing and all that is below it. A link is removed, and what it leads to stays; so does what is mounted below.</summary>
static class DeleteTree
{
    /// <summary>So many names are kept while a folder is emptied, however many it has.</summary>
    const int Batch = 2000;

    public static ValueTask RunAsync(IFolder folder, string name, Tally tally)
    {
        var entry = Tree.Require(folder, name);
        return RemoveAsync(folder, entry, entry.Device, 0, tally);
    }

    static async ValueTask RemoveAsync(IFolder folder, FileEntry entry, ulong device, int depth, Tally tally)
    {
        if (entry.IsFolder)
        {
            if (entry.Device != device)
                throw Tree.Elsewhere(entry.Name);
            if (depth == Tree.MaximumDepth)
                throw Tree.TooDeep(entry.Name);
            using var inner = folder.OpenFolder(entry.Name);
            // Read anew after each batch: a folder that changes while it is read may leave names out.
            while (inner.List(tally.Token).Take(Batch).ToList() is { Count: > 0 } entries)
            {
                foreach (var below in entries)
                    await RemoveAsync(inner, below, device, depth + 1, tally).ConfigureAwait(false);
            }
        }
        try
        {
            folder.Remove(entry.Name, entry.IsFolder);
        }
        catch (FileFault fault) when (fault.Code == FileFault.NotFound)
        {
            // Somebody was quicker.
            return;
        }
        await tally.CountAsync(entry).ConfigureAwait(false);
    }
}
