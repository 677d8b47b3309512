using System.Runtime.CompilerServices;

namespace Breeze.WebRtc.DataChannels;

/// <summary>A channel asked for before there is an association: it becomes the real one as soon as there is.</summary>
sealed class DeferredDataChannel(string label, RtcDataChannelOptions options) : IRtcDataChannel
{
    readonly Lock _sync = new();
    readonly TaskCompletionSource<IRtcDataChannel> _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IRtcDataChannel? _channel;
    bool _ended;
    Task? _opened;

    public string Label => label;
    public RtcDataChannelOptions Options => options;
    public int? Id => _channel?.Id ?? options.Id;
    public RtcDataChannelState State => _channel?.State ?? (_ended ? RtcDataChannelState.Closed : RtcDataChannelState.Connecting);
    public long BufferedAmount => _channel?.BufferedAmount ?? 0;
    public Task Opened
    {
        get
        {
            lock (_sync)
            {
                return _opened ??= OpenedAsync();
            }
        }
    }

    public Task Closed => _closed.Task;

    async Task OpenedAsync() => await (await _attached.Task).Opened;

    /// <summary>Opens the real one, unless this was closed before.</summary>
    public void Attach(Func<IRtcDataChannel> open)
    {
        lock (_sync)
        {
            if (_ended || _channel is not null)
            {
                return;
            }
            _channel = open();
        }
        _attached.TrySetResult(_channel);
        _ = _channel.Closed.ContinueWith(_ => _closed.TrySetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>There will be no association.</summary>
    public void Abort()
    {
        lock (_sync)
        {
            if (_channel is not null || _ended)
            {
                return;
            }
            _ended = true;
        }
        _attached.TrySetException(new IOException("The connection ended before the channel was open."));
        _ = _attached.Task.Exception;
        _closed.TrySetResult();
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, bool text, CancellationToken cancellationToken) =>
        await (_channel ?? await _attached.Task.WaitAsync(cancellationToken)).SendAsync(message, text, cancellationToken);

    public async IAsyncEnumerable<RtcMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRtcDataChannel channel;
        try
        {
            channel = await _attached.Task.WaitAsync(cancellationToken);
        }
        catch (IOException)
        {
            yield break;
        }
        await foreach (var message in channel.ReadAllAsync(cancellationToken))
        {
            yield return message;
        }
    }

    public Task CloseAsync()
    {
        if (_channel is { } channel)
        {
            return channel.CloseAsync();
        }
        Abort();
        return _channel?.CloseAsync() ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        if (_channel is { } channel)
        {
            await channel.DisposeAsync();
        }
    }
}
