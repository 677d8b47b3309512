using System.Runtime.InteropServices;
using Breeze.Agent.Enrolment;
using Breeze.Agent.Server;
using Breeze.Agent.State;
using Breeze.PluginHost.Processes;
using Microsoft.Extensions.Logging;

namespace Breeze.Agent.Cli;

/// <summary>One run of the agent, from the lock on its state to the signal that ends it.</summary>
sealed partial class RunSession(StateDirectory state, ILoggerFactory loggers)
{
    readonly ILogger _logger = loggers.CreateLogger("agent");
    readonly ProcessRunner _processes = new(state.Scratch);

    public string? Server { get; init; }

    public string? Key { get; init; }

    public string? AuthorityFile { get; init; }

    public bool InsecureHttp { get; init; }

    public int? ParentProcessId { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            state.Create();
            using var held = state.TryLock();
            if (held is null)
            {
                return Errors.Say($"Another agent uses {state.Root} already.", ExitCodes.InUse);
            }

            if (ParentProcessId is { } parent)
            {
                _ = ParentWatch.RunAsync(parent, stop);
            }

            return await RunLockedAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Errors.Say($"The state directory {state.Root} cannot be used: {error.Message}");
        }

        void Stop(PosixSignalContext context)
        {
            // The process ends by itself, when everything is on disk.
            context.Cancel = true;
            stop.Cancel();
        }
    }

    async Task<int> RunLockedAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(state.IdentityFile) && await EnrollAsync(cancellationToken) is { } error)
        {
            return Errors.Say(error, ExitCodes.NotEnrolled);
        }

        var identity = StateDirectory.Read(state.IdentityFile, StateJson.Default.AgentIdentity, out var damage);
        if (identity is not { AuthToken.Length: > 0, Server.Length: > 0, TrustedKeys: not null })
        {
            return Errors.Say(
                $"{state.IdentityFile} is damaged ({damage ?? "incomplete"}); remove it and enrol again.", ExitCodes.NotEnrolled);
        }

        if (ServerUrl.Parse(identity.Server, identity.InsecureHttp, out var unusable) is null)
        {
            return Errors.Say(unusable!);
        }

        await new AgentHost(state, identity, _processes, loggers, TimeProvider.System).RunAsync(cancellationToken);
        return ExitCodes.Ok;
    }

    /// <summary>Keeps trying while it is only the server that is missing.</summary>
    async Task<string?> EnrollAsync(CancellationToken cancellationToken)
    {
        if (Server is null || Key is null)
        {
            return "This agent is not enrolled; run breeze-agent enroll --server URL --key KEY first.";
        }

        var backoff = new Backoff(TimeSpan.FromSeconds(2), Backoff.Cap, Random.Shared);
        while (true)
        {
            var outcome = await new Enroller(state, _processes)
                .EnrollAsync(Server, Key, AuthorityFile, InsecureHttp, cancellationToken);
            if (!outcome.CanRetry)
            {
                return outcome.Error;
            }

            LogWaiting(outcome.Error!);
            await Task.Delay(backoff.Next(outcome.RetryAfter), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not enrolled yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
