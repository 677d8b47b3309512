using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Breeze.WebRtc;

/// <summary>Runs what is posted, in order and one at a time, away from the locks of those who post. What throws is logged and the next one runs.</summary>
sealed partial class SerialQueue : IAsyncDisposable
{
    readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    readonly ILogger _logger;
    readonly AsyncLocal<bool> _inside = new();
    readonly Task _running;

    public SerialQueue(ILogger logger)
    {
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    public void Post(Action action) => _actions.Writer.TryWrite(action);

    async Task RunAsync()
    {
        _inside.Value = true;
        await foreach (var action in _actions.Reader.ReadAllAsync())
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                LogFailed(_logger, e);
            }
        }
    }

    /// <summary>Runs what is left; from within one of the actions it only ends the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        _actions.Writer.TryComplete();
        if (!_inside.Value)
        {
            await _running;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A handler of a WebRTC event failed")]
    static partial void LogFailed(ILogger logger, Exception exception);
}
