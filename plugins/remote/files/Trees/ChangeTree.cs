namespace Breeze.Remote.Files.Trees;

/// <summary>Changes mode or owner, of a thing or of all that is below it too. Links stay as they are, but for the one that is named.</summary>
sealed class ChangeTree(int? mode, uint? user, uint? group, bool recursive, Tally tally)
{
    public ValueTask RunAsync(IFolder folder, string name)
    {
        var entry = Tree.Require(folder, name);
        if (entry.IsLink && mode is not null)
            throw new FileFault("link", $"{name} is a link. A link has no permissions of its own; change those of what it leads to.");
        return ApplyAsync(folder, entry, entry.Device, 0);
    }

    async ValueTask ApplyAsync(IFolder folder, FileEntry entry, ulong device, int depth)
    {
        if (recursive && entry.IsFolder)
        {
            if (entry.Device != device)
                throw Tree.Elsewhere(entry.Name);
            if (depth == Tree.MaximumDepth)
                throw Tree.TooDeep(entry.Name);
            using var inner = folder.OpenFolder(entry.Name);
            foreach (var below in inner.List(tally.Token))
                await ApplyAsync(inner, below, device, depth + 1).ConfigureAwait(false);
        }
        if (entry.IsLink && depth > 0)
        {
            tally.Skip();
            return;
        }
        // A change of the owner takes the bits away that lend the owner's rights, so it comes first.
        if (user is not null || group is not null)
            folder.SetOwner(entry.Name, user, group);
        if (mode is { } bits)
            // Files below a folder do not become programs by what the folder needs to be entered.
            folder.SetMode(entry.Name, recursive && !entry.IsFolder && (entry.Mode & 0x49) == 0 ? bits & ~0x49 : bits);
        await tally.CountAsync(entry).ConfigureAwait(false);
    }
}
