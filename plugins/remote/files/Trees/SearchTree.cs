using System.IO.Enumeration;

namespace Breeze.Remote.Files.Trees;

/// <summary>Finds things by their names below a folder; does not go into links.</summary>
/// <param name="pattern">With stars and question marks, or a part of the name.</param>
/// <param name="atRoot">Then what the kernel only pretends to have is left out.</param>
/// <param name="found">Takes the path from where the search began, and what is there.</param>
/// <param name="tally">Counts what was looked at.</param>
sealed class SearchTree(string pattern, bool atRoot, Func<string, FileEntry, ValueTask> found, Tally tally)
{
    public const int MaximumFound = 5000;

    // What has no star means "somewhere in the name".
    readonly string _pattern = pattern.AsSpan().ContainsAny('*', '?') ? pattern : $"*{pattern}*";

    public int Found { get; private set; }

    public async ValueTask RunAsync(IFolder folder, string prefix, int depth)
    {
        foreach (var entry in folder.List(tally.Token))
        {
            if (Found == MaximumFound)
                return;
            await tally.CountAsync(entry).ConfigureAwait(false);
            if (FileSystemName.MatchesSimpleExpression(_pattern, entry.Name, ignoreCase: true))
            {
                Found++;
                await found(prefix + entry.Name, entry).ConfigureAwait(false);
            }
            if (entry.IsFolder && depth < Tree.MaximumDepth && !(atRoot && depth == 0 && entry.Name is "proc" or "sys"))
                await GoIntoAsync(folder, entry, prefix, depth).ConfigureAwait(false);
        }
    }

    async ValueTask GoIntoAsync(IFolder folder, FileEntry entry, string prefix, int depth)
    {
        try
        {
            using var inner = folder.OpenFolder(entry.Name);
            await RunAsync(inner, $"{prefix}{entry.Name}/", depth + 1).ConfigureAwait(false);
        }
        catch (FileFault)
        {
            tally.Skip();
        }
    }
}
