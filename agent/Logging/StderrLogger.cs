using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Logging;

sealed class StderrLogger(StderrLoggerFactory factory, string category) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= factory.Minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var message = formatter(state, exception);
        if (exception is not null)
        {
            message += factory.Minimum <= LogLevel.Debug
                ? $" ({exception})"
                : $" ({exception.GetType().Name}: {exception.Message})";
        }

        factory.Write(logLevel, category, message);
    }
}
