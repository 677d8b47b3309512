using System.Collections.Concurrent;
using Breeze.Agent.Wake;
using Breeze.Protocol;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Commands;

/// <summary>Runs commands: each id once, a few at a time, each to exactly one stored result.</summary>
sealed partial class CommandRunner(
    CommandJournal journal,
    CommandDispatcher dispatcher,
    Task pluginsReady,
    ChannelOutbox outbox,
    Signal results,
    TimeProvider time,
    ILogger logger)
    : IDisposable
{
    const int MaximumWaiting = 1000;
    static readonly TimeSpan PatienceForPlugins = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Guid, ActiveCommand> _active = [];
    readonly SemaphoreSlim _scripts = new(4);
    readonly SemaphoreSlim _others = new(16);
    volatile bool _stopping;

    /// <summary>What runs or is about to; the server keeps the leases of these.</summary>
    public IReadOnlyList<Guid> Running => [.. _active.Keys];

    public void Accept(AgentCommand command)
    {
        if (_stopping || command.Id == Guid.Empty || string.IsNullOrEmpty(command.Type) || _active.Count >= MaximumWaiting)
        {
            return;
        }

        var active = new ActiveCommand(command);
        if (!_active.TryAdd(command.Id, active))
        {
            return;
        }

        // After the entry in the list, so that the same command from channel and heartbeat at once passes here one time only.
        if (journal.Find(command.Id) != CommandState.Unknown)
        {
            _active.TryRemove(command.Id, out _);
            journal.Resend(command.Id);
            results.Set();
            return;
        }

        active.Completion = Task.Run(() => HandleAsync(active));
    }

    public void Cancel(Guid id)
    {
        if (_active.TryGetValue(id, out var active))
        {
            LogCancel(id);
            active.Cancel(agentStops: false);
        }
    }

    /// <summary>Cancels what runs and waits a little, so that the results are on disk before the process ends.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _stopping = true;
        var active = _active.Values.ToArray();
        foreach (var command in active)
        {
            command.Cancel(agentStops: true);
        }

        var all = Task.WhenAll(active.Select(command => command.Completion));
        await Task.WhenAny(all, Task.Delay(patience, time));
    }

    public void Dispose()
    {
        _scripts.Dispose();
        _others.Dispose();
    }

    async Task HandleAsync(ActiveCommand active)
    {
        var slots = active.Command.Type == CommandDispatcher.ScriptType ? _scripts : _others;
        try
        {
            // The wake channel is quicker than plugins are loaded: without them everything would be rejected.
            await Task.WhenAny(pluginsReady, Task.Delay(PatienceForPlugins, time, active.Cancelled));
            await slots.WaitAsync(active.Cancelled);
        }
        catch (OperationCanceledException)
        {
            if (!active.AgentStops)
            {
                Finish(active.Command, CommandOutcome.Cancelled("Cancelled before it started."), null, null);
            }

            Forget(active);
            return;
        }

        try
        {
            await StartAsync(active);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without a durable note it must not start; the server delivers it again.
            LogNotStarted(active.Command.Id, error.Message);
        }
        finally
        {
            slots.Release();
            Forget(active);
        }
    }

    async Task StartAsync(ActiveCommand active)
    {
        var command = active.Command;
        if (_stopping)
        {
            return;
        }

        using var prepared = journal.IsFull
            ? PreparedCommand.Refused("Too many results wait on this device for the server; try again when it has delivered them.")
            : dispatcher.Prepare(command);
        if (prepared.Refusal is { } refusal)
        {
            Finish(command, refusal, null, null);
            return;
        }

        journal.Start(command.Id, command.Type);
        var startedAt = time.GetUtcNow();
        LogStarted(command.Id, command.Type);
        outbox.TryWrite(new ChannelMessage(ChannelMessageTypes.Started) { CommandId = command.Id });
        var output = new CapturedOutput(new LiveOutput(command.Id, outbox, time));
        var outcome = await RunAsync(active, prepared, output);
        Finish(command, outcome, startedAt, output);
    }

    async Task<CommandOutcome> RunAsync(ActiveCommand active, PreparedCommand prepared, CapturedOutput output)
    {
        var timeout = CommandDispatcher.TimeoutOf(active.Command);
        using var limit = new CancellationTokenSource(timeout + prepared.Grace, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, active.Cancelled, prepared.Stopping);
        try
        {
            var run = Task.Run(async () => await prepared.Run!(output, any.Token), CancellationToken.None);
            var ended = new TaskCompletionSource();
            await using var registration = any.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
            if (await Task.WhenAny(run, ended.Task) != run)
            {
                await run.WaitAsync(Patience, time);
            }

            var outcome = await run;
            return outcome.Status == CommandStatus.Cancelled ? Interrupted(outcome.Message) : outcome;
        }
        catch (Exception error) when (any.IsCancellationRequested && error is OperationCanceledException or TimeoutException)
        {
            return Interrupted(null);
        }
        catch (Exception error)
        {
            LogFault(active.Command.Id, active.Command.Type, error);
            return CommandOutcome.Failed($"The plugin failed: {error.Message}");
        }

        CommandOutcome Interrupted(string? message) => active switch
        {
            { AgentStops: true } => CommandOutcome.Cancelled("The agent was stopped while this command was running."),
            { Cancelled.IsCancellationRequested: true } => CommandOutcome.Cancelled(message ?? "Cancelled."),
            _ when limit.IsCancellationRequested => CommandOutcome.TimedOut($"Ended after its time-out of {timeout.TotalSeconds:0} s."),
            _ when prepared.Stopping.IsCancellationRequested =>
                CommandOutcome.Cancelled("Cancelled because the plugin that ran it was replaced or removed."),
            _ => CommandOutcome.Cancelled(message ?? "Cancelled."),
        };
    }

    void Finish(AgentCommand command, CommandOutcome outcome, DateTimeOffset? startedAt, CapturedOutput? output)
    {
        var (stdout, stderr) = output?.Read(outcome.Message) ?? ("", outcome.Message ?? "");
        journal.Finish(command.Id, new CommandResult(CommandStatuses.Word(outcome.Status), outcome.ExitCode, stdout, stderr)
        {
            StartedAt = startedAt?.ToUnixTimeMilliseconds(),
            FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        LogFinished(command.Id, outcome.Status);
        results.Set();
    }

    void Forget(ActiveCommand active)
    {
        _active.TryRemove(active.Command.Id, out _);
        active.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Command {Id} ({Type}) started")]
    private partial void LogStarted(Guid id, string type);

    [LoggerMessage(Level = LogLevel.Information, Message = "Command {Id} ended: {Status}")]
    private partial void LogFinished(Guid id, CommandStatus status);

    [LoggerMessage(Level = LogLevel.Information, Message = "Command {Id} is to be cancelled")]
    private partial void LogCancel(Guid id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Id} was not started because it could not be noted on disk: {Reason}")]
    private partial void LogNotStarted(Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Command {Id} ({Type}): the plugin failed")]
    private partial void LogFault(Guid id, string type, Exception error);
}
