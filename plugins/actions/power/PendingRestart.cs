using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Actions.Power;

/// <summary>Runs what restarts the machine, now or after a while, for one generation of the plugin.</summary>
sealed partial class PendingRestart(IProcessRunner processes, RestartSystem? system, bool dryRun, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    readonly CancellationTokenSource _stopping = new();
    Task _later = Task.CompletedTask;

    public RestartSystem? System => system;

    public bool DryRun => dryRun;

    /// <summary>Null when the machine has taken it.</summary>
    public async ValueTask<CommandOutcome?> RunAsync(RestartPlan plan, ICommandOutput output, CancellationToken cancellationToken)
    {
        var outcome = await processes.RunAsync(new ProcessSpec(plan.FileName, plan.Arguments, Limit), output, cancellationToken).ConfigureAwait(false);
        return outcome switch
        {
            { End: ProcessEnd.Exited, ExitCode: 0 } => null,
            { End: ProcessEnd.Exited, ExitCode: var code } => CommandOutcome.Failed($"{plan.FileName} refused to restart the machine. The agent must run as root or as the system.", code),
            _ => outcome.ToCommandOutcome(Limit),
        };
    }

    /// <summary>Waits on its own, since the command must end before the machine does.</summary>
    public void RunLater(RestartPlan plan) => _later = Task.WhenAll(_later, LaterAsync(plan));

    public async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _later.ConfigureAwait(false);
        _stopping.Dispose();
    }

    async Task LaterAsync(RestartPlan plan)
    {
        try
        {
            await Task.Delay(plan.Wait, time, _stopping.Token).ConfigureAwait(false);
            if (await RunAsync(plan, new Unheard(), _stopping.Token).ConfigureAwait(false) is { } failure)
                LogFailed(logger, failure.Message ?? "");
        }
        catch (OperationCanceledException)
        {
            LogGivenUp(logger);
        }
    }

    /// <summary>The command has ended: nobody listens any more.</summary>
    sealed class Unheard : ICommandOutput
    {
        public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    [LoggerMessage(LogLevel.Error, "The machine did not restart: {Reason}")]
    static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "A restart was given up because the plugin was replaced or the agent stopped. Send it again.")]
    static partial void LogGivenUp(ILogger logger);
}
