using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Logging;

/// <summary>Loggers that write one plain line each to standard error; whoever runs the agent adds files and rotation.</summary>
sealed class StderrLoggerFactory(LogLevel minimum, TextWriter writer, TimeProvider time) : ILoggerFactory
{
    readonly Lock _gate = new();

    public LogLevel Minimum { get; } = minimum;

    public ILogger CreateLogger(string categoryName) => new StderrLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
        // There is one sink; whoever wants another gives this factory another writer.
    }

    public void Dispose()
    {
    }

    public void Write(LogLevel level, string category, string message)
    {
        var line = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {category}: {OneLine(message)}";
        lock (_gate)
        {
            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // A closed or full log must not end the agent.
            }
        }
    }

    static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0
        ? text
        : string.Create(text.Length, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });

    static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
