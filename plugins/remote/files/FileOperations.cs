using System.IO.Compression;
using Breeze.Remote.Files.Transfers;
using Breeze.Remote.Files.Trees;
using Breeze.Remote.Files.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Files;

/// <summary>What can be asked for. Looking follows links on the way to a folder; changing does not, so that what is changed is what was looked at.</summary>
sealed partial class FileOperations(IFileSystem system, Outbox outbox, IRemoteActivityLog? log)
{
    const int MaximumPaths = 1000;

    public static bool IsReading(string op) => op is "list" or "stat" or "preview" or "measure" or "search" or "download" or "zip";

    /// <summary>Returns the last answer.</summary>
    public ValueTask<FilesAnswer> RunAsync(FilesRequest request, Running running, CancellationToken cancellationToken) => request.Op switch
    {
        "list" => ListAsync(request, cancellationToken),
        "stat" => StatAsync(request),
        "preview" => PreviewAsync(request, cancellationToken),
        "measure" => MeasureAsync(request, cancellationToken),
        "search" => SearchAsync(request, cancellationToken),
        "download" => DownloadAsync(request, cancellationToken),
        "zip" => ZipAsync(request, cancellationToken),
        "mkdir" => MakeFolderAsync(request, cancellationToken),
        "rename" => RenameAsync(request, cancellationToken),
        "move" => MoveAsync(request, cancellationToken),
        "copy" => CopyAsync(request, cancellationToken),
        "delete" => DeleteAsync(request, cancellationToken),
        "chmod" or "chown" => ChangeAsync(request, cancellationToken),
        "upload" => UploadAsync(request, running, cancellationToken),
        _ => throw FileFault.Invalid("The agent on the device does not know this request. Bring it up to date."),
    };

    async ValueTask<FilesAnswer> ListAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var path = system.Resolve(PathOf(request));
        using var folder = system.Open(path);
        var batch = new EntryBatch(request.Id, outbox);
        using var entries = folder.List(cancellationToken).GetEnumerator();
        // The first of them says whether the folder may be read at all.
        var any = entries.MoveNext();
        await outbox.SayAsync(new FilesAnswer(request.Id) { Path = path }, cancellationToken).ConfigureAwait(false);
        for (; any; any = entries.MoveNext())
            await batch.AddAsync(entries.Current, cancellationToken).ConfigureAwait(false);
        await batch.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new(request.Id) { Done = true, Path = path };
    }

    ValueTask<FilesAnswer> StatAsync(FilesRequest request)
    {
        var (parent, name, path) = Look(PathOf(request));
        using (parent)
            return ValueTask.FromResult(new FilesAnswer(request.Id) { Done = true, Path = path, Entry = Tree.Require(parent, name) });
    }

    async ValueTask<FilesAnswer> PreviewAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var (parent, name, path) = Look(PathOf(request));
        using var folder = parent;
        using var file = folder.OpenRead(name, out var entry);
        var message = new byte[FileMessage.ChunkHead + outbox.ChunkBytes];
        var bytes = message.AsMemory(FileMessage.ChunkHead);
        var count = RandomAccess.Read(file, bytes.Span, 0);
        var (content, type) = Preview.KindOf(bytes.Span[..count]);
        var most = content switch { "text" => Preview.TextBytes, "image" when entry.Size <= Preview.ImageBytes => Preview.ImageBytes, _ => 0 };
        long sent = 0;
        for (; count > 0 && sent < most; count = RandomAccess.Read(file, bytes.Span, sent))
        {
            count = (int)Math.Min(count, most - sent);
            await outbox.SendChunkAsync(message.AsMemory(0, FileMessage.ChunkHead + count), request.Id, sent, cancellationToken).ConfigureAwait(false);
            sent += count;
        }
        await ReportAsync(new("previewed", path) { Bytes = sent }).ConfigureAwait(false);
        return new(request.Id) { Done = true, Path = path, Entry = entry, Content = content, Type = type, Size = sent, More = sent < entry.Size ? true : null };
    }

    async ValueTask<FilesAnswer> MeasureAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var tally = TallyOf(request, cancellationToken);
        foreach (var path in PathsOf(request))
        {
            var (parent, name, _) = Look(path);
            using (parent)
                await MeasureTree.RunAsync(parent, Tree.Require(parent, name), 0, tally).ConfigureAwait(false);
        }
        return DoneWith(request, tally);
    }

    async ValueTask<FilesAnswer> SearchAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        if (request.Pattern is not { Length: > 0 and <= 255 } pattern)
            throw FileFault.Invalid("What to search for has 1 to 255 characters.");
        var path = system.Resolve(PathOf(request));
        using var folder = system.Open(path);
        var batch = new EntryBatch(request.Id, outbox);
        var tally = TallyOf(request, cancellationToken, () => batch.FlushAsync(cancellationToken));
        var search = new SearchTree(pattern, system.Split(path) is null, (where, entry) => batch.AddAsync(entry with { Name = where }, cancellationToken), tally);
        await search.RunAsync(folder, "", 0).ConfigureAwait(false);
        await batch.FlushAsync(cancellationToken).ConfigureAwait(false);
        return DoneWith(request, tally) with { Path = path, More = search.Found == SearchTree.MaximumFound ? true : null };
    }

    async ValueTask<FilesAnswer> DownloadAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var (parent, name, path) = Look(PathOf(request));
        using var folder = parent;
        using var file = folder.OpenRead(name, out var entry);
        var download = new Download(request, outbox);
        FilesAnswer? answer = null;
        await DoAsync(
            async () => answer = await download.RunAsync(file, entry, () => folder.Find(name), cancellationToken).ConfigureAwait(false),
            outcome => new("downloaded", path) { Outcome = outcome, Bytes = download.Sent, Sha256 = answer?.Sha256 }).ConfigureAwait(false);
        return answer!;
    }

    async ValueTask<FilesAnswer> ZipAsync(FilesRequest request, CancellationToken cancellationToken)
    {
        var paths = PathsOf(request);
        var tally = TallyOf(request, cancellationToken);
        var stream = new ChunkStream(request.Id, outbox, cancellationToken);
        await using var sending = stream.ConfigureAwait(false);
        (long Size, string Sha256)? whole = null;
        await DoAsync(
            async () =>
            {
                await outbox.SayAsync(new FilesAnswer(request.Id) { Offset = 0 }, cancellationToken).ConfigureAwait(false);
                // It writes its small parts without waiting for them, so the thread is its own.
                await Task.Factory.StartNew(() => WriteZip(paths, stream, tally), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                whole = await stream.EndAsync().ConfigureAwait(false);
            },
            outcome => new("downloaded", string.Join(", ", paths)) { Outcome = outcome, Items = tally.Items, Bytes = whole?.Size ?? stream.Position, Sha256 = whole?.Sha256, Detail = "zip" }).ConfigureAwait(false);
        return DoneWith(request, tally) with { Size = whole!.Value.Size, Sha256 = whole.Value.Sha256 };
    }

    void WriteZip(IReadOnlyList<string> paths, Stream stream, Tally tally)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var zip = new ZipDownload(archive, tally);
        foreach (var path in paths)
        {
            var (parent, name, _) = Look(path);
            using (parent)
                zip.AddAsync(parent, Tree.Require(parent, name), "", 0).AsTask().GetAwaiter().GetResult();
        }
    }

    async ValueTask<FilesAnswer> UploadAsync(FilesRequest request, Running running, CancellationToken cancellationToken)
    {
        var (parent, name, path) = Reach(PathOf(request));
        using var folder = parent;
        system.CheckName(name);
        using var upload = running.Upload = new Upload(folder, name, request, outbox);
        (long Size, string Sha256)? whole = null;
        await DoAsync(
            async () =>
            {
                try
                {
                    whole = await upload.RunAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (running.Discard)
                {
                    upload.Discard();
                    throw;
                }
            },
            outcome => outcome is not null && upload.Written == 0 ? null : new("uploaded", path) { Outcome = outcome, Bytes = upload.Written, Sha256 = whole?.Sha256 }).ConfigureAwait(false);
        return new(request.Id) { Done = true, Path = path, Size = whole!.Value.Size, Sha256 = whole.Value.Sha256, Entry = folder.Find(name) };
    }
}
