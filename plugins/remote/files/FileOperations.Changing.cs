using Breeze.Remote.Files.Trees;
using Breeze.Remote.Files.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Files;

sealed partial class FileOperations
{
    async ValueTask<FilesAnswer> MakeFolderAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (parent, name, path) = Reach(PathOf(request));
        using var folder = parent;
        system.CheckName(name);
        folder.MakeFolder(name);
        await ReportAsync(new("folder_made", path)).ConfigureAwait(false);
        return new(request.Id) { Done = true, Path = path, Entry = folder.Find(name) };
    }

    async ValueTask<FilesAnswer> RenameAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (parent, name, path) = Reach(PathOf(request));
        using var folder = parent;
        var newName = request.To ?? "";
        system.CheckName(newName);
        folder.Rename(name, folder, newName, request.Replace);
        await ReportAsync(new("renamed", path) { Detail = newName }).ConfigureAwait(false);
        return new(request.Id) { Done = true, Entry = folder.Find(newName) };
    }

    async ValueTask<FilesAnswer> MoveAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var tally = TallyOf(request, cancellationToken);
        foreach (var path in PathsOf(request))
        {
            await DoAsync(
                async () =>
                {
                    var (from, name, source) = Reach(path);
                    using var leaving = from;
                    using var entering = Into(request, source);
                    var entry = Tree.Require(from, name);
                    try
                    {
                        from.Rename(name, entering, name, request.Replace);
                        await tally.CountAsync(entry).ConfigureAwait(false);
                    }
                    catch (FileFault fault) when (fault.Code == FileFault.CrossDevice)
                    {
                        // Gone from the one place only when all of it is at the other.
                        await new CopyTree(request.Replace, tally).RunAsync(from, name, entering, name).ConfigureAwait(false);
                        await DeleteTree.RunAsync(from, name, tally).ConfigureAwait(false);
                    }
                },
                outcome => new("moved", path) { Outcome = outcome, Detail = request.To }).ConfigureAwait(false);
        }
        return DoneWith(request, tally);
    }

    async ValueTask<FilesAnswer> CopyAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var tally = TallyOf(request, cancellationToken);
        foreach (var path in PathsOf(request))
        {
            var before = tally.Items;
            await DoAsync(
                async () =>
                {
                    var (from, name, source) = Reach(path);
                    using var leaving = from;
                    using var entering = Into(request, source);
                    // A copy beside the original gets a name of its own.
                    var newName = system.Join(TrimmedTo(request), name) == source ? FreeName(entering, name) : name;
                    await new CopyTree(request.Replace, tally).RunAsync(from, name, entering, newName).ConfigureAwait(false);
                },
                outcome => new("copied", path) { Outcome = outcome, Detail = request.To, Items = tally.Items - before }).ConfigureAwait(false);
        }
        return DoneWith(request, tally);
    }

    async ValueTask<FilesAnswer> DeleteAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var tally = TallyOf(request, cancellationToken);
        foreach (var path in PathsOf(request))
        {
            var before = tally.Items;
            await DoAsync(
                async () =>
                {
                    var (parent, name, _) = Reach(path);
                    using (parent)
                        await DeleteTree.RunAsync(parent, name, tally).ConfigureAwait(false);
                },
                outcome => new("deleted", path) { Outcome = outcome, Items = tally.Items - before }).ConfigureAwait(false);
        }
        return DoneWith(request, tally);
    }

    async ValueTask<FilesAnswer> ChangeAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        if (!system.HasModes)
            throw FileFault.Invalid("This device has no permissions of this kind.");
        var isMode = request.Op == "chmod";
        if (isMode && request.Mode is not (>= 0 and <= 0xfff))
            throw FileFault.Invalid("Permissions are four octal digits.");
        uint? user = isMode || request.Owner is null ? null
            : system.UserId(request.Owner) ?? throw FileFault.Invalid($"There is no user {request.Owner} on this device. A number does as well.");
        uint? group = isMode || request.Group is null ? null
            : system.GroupId(request.Group) ?? throw FileFault.Invalid($"There is no group {request.Group} on this device. A number does as well.");
        var tally = TallyOf(request, cancellationToken);
        var change = new ChangeTree(isMode ? request.Mode : null, user, group, request.Recursive, tally);
        var detail = isMode ? Convert.ToString(request.Mode!.Value, 8) : $"{request.Owner}:{request.Group}";
        foreach (var path in PathsOf(request))
        {
            var before = tally.Items;
            await DoAsync(
                async () =>
                {
                    var (parent, name, _) = Reach(path);
                    using (parent)
                        await change.RunAsync(parent, name).ConfigureAwait(false);
                },
                outcome => new(isMode ? "mode_changed" : "owner_changed", path) { Outcome = outcome, Detail = detail, Items = tally.Items - before }).ConfigureAwait(false);
        }
        return DoneWith(request, tally);
    }

    /// <summary>The folder to go to; not one within what goes.</summary>
    IFolder Into(FilesRequest request, string source)
    {
        var to = TrimmedTo(request);
        if (to == source || to.StartsWith(source + system.Separator, StringComparison.Ordinal))
            throw FileFault.Invalid("A folder cannot go into itself.");
        return system.Open(to);
    }

    string TrimmedTo(FilesRequest request)
    {
        var to = request.To ?? throw FileFault.Invalid("Say which folder it is to go to.");
        return system.Split(to) is { } parts ? system.Join(parts.Folder, parts.Name) : to;
    }

    static string FreeName(IFolder folder, string name)
    {
        var dot = name.LastIndexOf('.');
        var (stem, ending) = dot > 0 ? (name[..dot], name[dot..]) : (name, "");
        for (var number = 2; number < 1000; number++)
        {
            var free = $"{stem} ({number}){ending}";
            if (folder.Find(free) is null)
                return free;
        }
        throw FileFault.Occupied(name);
    }
}
