using Breeze.Sdk;

namespace Breeze.PluginHost.Processes;

/// <summary>
/// Starts child processes by argument list, in a session (Unix) or job (Windows) of their own, so that at the time-out everything they
/// started can be found and ended. Children that a process leaves behind when it ends by itself are left alone: that is how scripts start
/// services.
/// </summary>
/// <param name="scratchDirectory">Where processes run that name no directory; the system's temporary directory by default.</param>
/// <param name="time">The clock of the time-outs.</param>
public sealed class ProcessRunner(string? scratchDirectory = null, TimeProvider? time = null) : IProcessRunner
{
    /// <summary>How long output may still arrive after the process has ended, while a background child holds the pipe open.</summary>
    public static readonly TimeSpan DrainAfterExit = TimeSpan.FromSeconds(2);

    static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(40);
    readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc />
    public string? Find(string fileName) => ExecutablePath.Find(fileName);

    /// <inheritdoc />
    public async ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(output);
        if (cancellationToken.IsCancellationRequested)
            return new ProcessOutcome(ProcessEnd.Cancelled);

        var directory = spec.WorkingDirectory ?? scratchDirectory ?? Path.GetTempPath();
        if (LaunchCheck.Refusal(spec, directory) is { } refusal)
            return new ProcessOutcome(ProcessEnd.NotStarted, Message: refusal);
        if (Find(spec.FileName) is not { } executable)
            return new ProcessOutcome(ProcessEnd.NotStarted, Message: LaunchCheck.NotFound(spec.FileName));

        var launch = new ProcessLaunch(executable, spec.Arguments, directory, ProcessEnvironment.For(spec), spec.StandardInput);
        using var start = OperatingSystem.IsWindows() ? WindowsProcess.Start(launch) : UnixProcess.Start(launch);
        return start.Process is { } process
            ? await SuperviseAsync(process, spec, output, cancellationToken).ConfigureAwait(false)
            : new ProcessOutcome(ProcessEnd.NotStarted, Message: start.Error);
    }

    async ValueTask<ProcessOutcome> SuperviseAsync(
        IRunningProcess process, ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken)
    {
        var limit = spec.Timeout < LongestTimeout ? spec.Timeout : LongestTimeout;
        using var timeout = new CancellationTokenSource(limit, _time);
        using var brokenOutput = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, brokenOutput.Token);
        using var pumping = new CancellationTokenSource();

        var pumps = Task.WhenAll(
            OutputPump.RunAsync(process.StandardOutput, OutputStream.Stdout, output, brokenOutput, pumping.Token),
            OutputPump.RunAsync(process.StandardError, OutputStream.Stderr, output, brokenOutput, pumping.Token),
            OutputPump.FeedAsync(process.StandardInput, spec.StandardInput, pumping.Token));

        var end = ProcessEnd.Exited;
        try
        {
            await process.Exit.WaitAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            end = cancellationToken.IsCancellationRequested ? ProcessEnd.Cancelled : ProcessEnd.TimedOut;
            process.KillTree();
            // A process that hangs in the kernel, on a dead disk say, outlives every signal; the run must not.
            await Task.WhenAny(process.Exit, Task.Delay(KillPatience, CancellationToken.None)).ConfigureAwait(false);
        }

        pumping.CancelAfter(DrainAfterExit);
        await pumps.ConfigureAwait(false);
        return end == ProcessEnd.Exited ? new ProcessOutcome(end, await process.Exit.ConfigureAwait(false)) : new ProcessOutcome(end);
    }
}
