using Breeze.Remote.Files.Trees;
using Breeze.Remote.Files.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Files;

sealed partial class FileOperations
{
    static string PathOf(FilesRequest request) => request.Path is { Length: > 0 } path ? path : throw FileFault.Invalid("Say which path.");

    static IReadOnlyList<string> PathsOf(FilesRequest request) => request.Paths switch
    {
        { Count: > 0 and <= MaximumPaths } paths when paths.All(path => path is { Length: > 0 }) => paths,
        { Count: > MaximumPaths } => throw FileFault.Invalid($"At most {MaximumPaths} at once. Choose their folder instead."),
        _ => throw FileFault.Invalid("Say which paths."),
    };

    /// <summary>To look at: links on the way to the folder are followed.</summary>
    (IFolder Parent, string Name, string Path) Look(string path)
    {
        var (folder, name) = PartsOf(path);
        var real = system.Resolve(folder);
        return (system.Open(real), name, system.Join(real, name));
    }

    /// <summary>To change: no link on the way.</summary>
    (IFolder Parent, string Name, string Path) Reach(string path)
    {
        var (folder, name) = PartsOf(path);
        return (system.Open(folder), name, system.Join(folder, name));
    }

    /// <summary>The last step is a name in the folder, never the folder itself or the one above.</summary>
    (string Folder, string Name) PartsOf(string path)
    {
        var parts = system.Split(path) ?? throw Root();
        system.CheckName(parts.Name);
        return parts;
    }

    static FileFault Root() => FileFault.Invalid("That cannot be done to the whole file system.");

    Tally TallyOf(FilesRequest request, CancellationToken cancellationToken, Func<ValueTask>? also = null) => new(
        async tally =>
        {
            if (also is not null)
                await also().ConfigureAwait(false);
            await outbox.SayAsync(new FilesAnswer(request.Id) { Progress = ProgressOf(tally) }, cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    static FilesAnswer DoneWith(FilesRequest request, Tally tally) => new(request.Id) { Done = true, Progress = ProgressOf(tally) };

    static FilesProgress ProgressOf(Tally tally) => new(tally.Files, tally.Folders, tally.Bytes, tally.Skipped);

    /// <summary>Does it, and reports it however it ends.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="report">What to say of it, with how it ended when not as wanted; null for nothing.</param>
    async ValueTask DoAsync(Func<Task> work, Func<string?, RemoteActivity?> report)
    {
        string? outcome = null;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            outcome = fault is OperationCanceledException ? "cancelled" : FileFault.Of(fault).Code;
            throw;
        }
        finally
        {
            if (report(outcome) is { } activity)
                await ReportAsync(activity).ConfigureAwait(false);
        }
    }

    ValueTask ReportAsync(RemoteActivity activity) => log?.WriteAsync(activity, CancellationToken.None) ?? ValueTask.CompletedTask;
}
