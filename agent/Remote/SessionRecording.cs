using System.IO.Compression;
using System.IO.Pipelines;
using Breeze.Sdk;

namespace Breeze.Agent.Remote;

/// <summary>
/// Takes a session's recording to the server, in parts and in order. What the server does not have yet waits here, at most <see cref="MaximumWaiting"/>; then the session waits as well.
/// </summary>
/// <param name="send">Sends a packed part: its number and whether it is the last. Answers the status, or 0 when there was no answer.</param>
/// <param name="time">The clock.</param>
sealed class SessionRecording(Func<int, bool, byte[], CancellationToken, Task<int>> send, TimeProvider time) : IRemoteRecording
{
    public const int MaximumWaiting = 4 << 20;

    /// <summary>Unpacked; packed it is never larger than the server takes.</summary>
    const int PartBytes = 128 << 10;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    static readonly double[] Retries = [0.2, 0.5, 1, 2, 5, 10];

    readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: MaximumWaiting, resumeWriterThreshold: MaximumWaiting / 2, useSynchronizationContext: false));
    readonly SemaphoreSlim _writing = new(1);
    readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the server does not take what it must.</summary>
    public Task Refused => _refused.Task;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _pipe.Writer.WriteAsync(content, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Nothing more is written: what waits is sent, and then <see cref="RunAsync"/> returns.</summary>
    public async Task CompleteAsync()
    {
        await _writing.WaitAsync();
        try
        {
            await _pipe.Writer.CompleteAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends until all is sent, nothing more is taken, or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var read = await NextAsync(cancellationToken);
                if (read.IsCompleted && read.Buffer.IsEmpty && number == 0)
                {
                    return;
                }

                var part = read.Buffer.Slice(0, Math.Min(PartBytes, read.Buffer.Length));
                var isLast = read.IsCompleted && part.Length == read.Buffer.Length;
                if (!await SendAsync(number, isLast, Pack(part), cancellationToken) || isLast)
                {
                    return;
                }

                _pipe.Reader.AdvanceTo(part.End);
            }
        }
        catch (OperationCanceledException)
        {
            // The agent stops, or nobody takes it any more.
        }
        finally
        {
            // From here on what is written is dropped, and nobody waits.
            await _pipe.Reader.CompleteAsync();
        }
    }

    /// <summary>What is there a moment after the first of it came, or as soon as it is a whole part.</summary>
    async Task<ReadResult> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.Reader.ReadAsync(cancellationToken);
            if (read.IsCompleted || read.Buffer.Length >= PartBytes)
            {
                return read;
            }

            var isEmpty = read.Buffer.IsEmpty;
            _pipe.Reader.AdvanceTo(read.Buffer.Start);
            if (isEmpty)
            {
                continue;
            }

            await using var timer = time.CreateTimer(static reader => ((PipeReader)reader!).CancelPendingRead(), _pipe.Reader, Pause, Timeout.InfiniteTimeSpan);
            read = await _pipe.Reader.ReadAtLeastAsync(PartBytes, cancellationToken);
            if (!read.Buffer.IsEmpty || read.IsCompleted)
            {
                return read;
            }

            _pipe.Reader.AdvanceTo(read.Buffer.Start);
        }
    }

    /// <summary>False when the server takes nothing more of this session.</summary>
    async Task<bool> SendAsync(int number, bool isLast, byte[] part, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var status = await send(number, isLast, part, cancellationToken);
            switch (status)
            {
                case >= 200 and < 300:
                    return true;
                case 409:
                    // It has as much as it keeps.
                    return false;
                case 400 or 403 or 404 or 413 or 415:
                    _refused.TrySetResult();
                    return false;
                default:
                    await Task.Delay(TimeSpan.FromSeconds(Retries[Math.Min(attempt, Retries.Length - 1)]), time, cancellationToken);
                    break;
            }
        }
    }

    static byte[] Pack(System.Buffers.ReadOnlySequence<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            foreach (var segment in content)
            {
                gzip.Write(segment.Span);
            }
        }

        return packed.ToArray();
    }
}
