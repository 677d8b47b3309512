using System.Buffers.Binary;
using System.Collections.Concurrent;
using Breeze.Remote.Files.Transfers;
using Breeze.Remote.Files.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Files;

/// <summary>One session: takes requests as they come and works on several at once. Nothing in its reader waits for a disk.</summary>
sealed class FilesSession : IAsyncDisposable
{
    const int MaximumRunning = 32;

    /// <summary>What a disk or a network share keeps waiting must not keep the session.</summary>
    static readonly TimeSpan PatienceForTheEnd = TimeSpan.FromSeconds(3);

    readonly IFileSystem _system;
    readonly IRemoteChannel _channel;
    readonly bool _viewOnly;
    readonly Outbox _outbox;
    readonly FileOperations _operations;
    readonly CancellationTokenSource _ending;
    readonly ConcurrentDictionary<uint, Running> _running = [];

    public FilesSession(IFileSystem system, IRemoteChannel channel, RemoteSessionRequest request, CancellationToken cancellationToken)
    {
        (_system, _channel, _viewOnly, _outbox) = (system, channel, request.ViewOnly, new Outbox(channel));
        _operations = new FileOperations(system, _outbox, request.ActivityLog);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Until the technician leaves or the host ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            var hello = new FilesHello(_system.User, _system.Home, _system.Roots, _system.Separator.ToString(), _system.HasModes, _system.HasModes, _viewOnly);
            await _outbox.SayAsync(hello, FilesJson.Lean.FilesHello, _ending.Token).ConfigureAwait(false);
            await foreach (var message in _channel.ReadAllAsync(_ending.Token).ConfigureAwait(false))
            {
                if (message.Span is [FileMessage.Json, ..])
                    Begin(FileMessage.RequestOf(message.Span));
                else if (message.Length > FileMessage.ChunkHead && message.Span[0] == FileMessage.Chunk)
                    TakeChunk(message.Span);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // Whoever looked on is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        var all = Task.WhenAll(_running.Values.Select(running => running.Work));
        await Task.WhenAny(all, Task.Delay(PatienceForTheEnd)).ConfigureAwait(false);
        _ending.Dispose();
    }

    void Begin(FilesRequest? request)
    {
        switch (request)
        {
            case null:
                return;
            case { Op: "cancel" }:
                if (_running.TryGetValue(request.Id, out var unwanted))
                    unwanted.Cancel(request.Discard);
                return;
            case { Op: "finish" }:
                if (_running.TryGetValue(request.Id, out var finished))
                    finished.Upload?.Finish(request);
                return;
        }
        var running = new Running(_ending.Token);
        if (_running.Count >= MaximumRunning || !_running.TryAdd(request.Id, running))
        {
            running.Dispose();
            _ = Task.Run(() => AnswerAsync(Failed(request.Id, new("busy", $"{MaximumRunning} requests are being worked on. Wait for one of them to end."))));
            return;
        }
        running.Work = Task.Run(() => WorkAsync(request, running), CancellationToken.None);
    }

    void TakeChunk(ReadOnlySpan<byte> message)
    {
        if (!_running.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(message[1..]), out var running) || running.Upload is not { } upload)
            // Of a transfer that has ended on this side while it was on its way.
            return;
        if (!upload.Take(message[FileMessage.ChunkHead..], BinaryPrimitives.ReadUInt64BigEndian(message[5..])))
            running.Fail(FileFault.Invalid("The pieces of the upload do not fit together, or more came than was agreed on."));
    }

    async Task WorkAsync(FilesRequest request, Running running)
    {
        FilesAnswer answer;
        try
        {
            if (_viewOnly && !FileOperations.IsReading(request.Op!))
                throw new FileFault("view_only", "In this session you may look and download, and change nothing.");
            answer = await _operations.RunAsync(request, running, running.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            answer = Failed(request.Id, running.Fault ?? new("cancelled", "It was cancelled."));
        }
        catch (Exception fault)
        {
            answer = Failed(request.Id, FileFault.Of(fault));
        }
        _running.TryRemove(request.Id, out _);
        running.Dispose();
        await AnswerAsync(answer).ConfigureAwait(false);
    }

    async Task AnswerAsync(FilesAnswer answer)
    {
        try
        {
            await _outbox.SayAsync(answer, _ending.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The session is over.
        }
    }

    static FilesAnswer Failed(uint id, FileFault fault) => new(id) { Error = new(fault.Code, fault.Message) };
}
