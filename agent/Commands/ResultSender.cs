using Breeze.Agent.Server;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Commands;

/// <summary>Brings stored results to the server, however long it takes.</summary>
sealed partial class ResultSender(
    CommandJournal journal, ServerClient server, Signal signal, Backoff backoff, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan PruneInterval = TimeSpan.FromHours(6);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = await SendAsync(cancellationToken);
            if (!await signal.WaitAsync(pause ?? PruneInterval, time, cancellationToken) && pause is null)
            {
                journal.Prune();
            }
        }
    }

    /// <summary>Returns how long to wait before the next attempt; <see langword="null"/> when nothing is left.</summary>
    async Task<TimeSpan?> SendAsync(CancellationToken cancellationToken)
    {
        TimeSpan? pause = null;
        foreach (var id in journal.Waiting())
        {
            if (journal.Read(id) is not { } result)
            {
                continue;
            }

            var answer = await server.ResultAsync(id, result, cancellationToken);
            // 404 and 409: the server has no use for it any more.
            if (answer.IsSuccess || answer.Status is 404 or 409)
            {
                journal.Delivered(id);
                backoff.Reset();
                continue;
            }

            LogFailed(id, answer.Error!);
            pause = answer.Status is >= 400 and < 500 and not 429 ? backoff.AtCap(answer.RetryAfter) : backoff.Next(answer.RetryAfter);
            if (!answer.IsContentError)
            {
                break;
            }
        }

        return pause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The result of command {Id} waits: {Reason}")]
    private partial void LogFailed(Guid id, string reason);
}
