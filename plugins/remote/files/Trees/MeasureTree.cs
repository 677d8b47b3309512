namespace Breeze.Remote.Files.Trees;

/// <summary>Counts what a request would concern.</summary>
static class MeasureTree
{
    public static async ValueTask RunAsync(IFolder folder, FileEntry entry, int depth, Tally tally)
    {
        await tally.CountAsync(entry).ConfigureAwait(false);
        if (entry.IsFile)
            await tally.CountBytesAsync(entry.Size).ConfigureAwait(false);
        if (!entry.IsFolder || depth == Tree.MaximumDepth)
            return;
        try
        {
            using var inner = folder.OpenFolder(entry.Name);
            foreach (var below in inner.List(tally.Token))
                await RunAsync(inner, below, depth + 1, tally).ConfigureAwait(false);
        }
        catch (FileFault)
        {
            // What cannot be read cannot be counted.
            tally.Skip();
        }
    }
}
