using Breeze.Sdk;

namespace Breeze.Remote.Terminal;

/// <summary>Serves sessions of the kind <c>terminal</c>: one shell each.</summary>
sealed class TerminalProvider : IRemoteAccessProvider
{
    /// <summary>After everything of a session was killed its threads return at once; a process that the kernel does not let die must not hold them up.</summary>
    static readonly TimeSpan PatienceForTheEnd = TimeSpan.FromSeconds(3);

    public string Kind => "terminal";

    public async ValueTask<RemoteSessionEnd> ServeAsync(RemoteSessionRequest request, IRemoteChannel channel, CancellationToken cancellationToken)
    {
        var system = TerminalSystems.ForThisSystem();
        if (system.Shells is not [var usual, ..] shells)
            return new("unavailable", "No shell was found on this device. On Linux and macOS /etc/shells lists them.");
        if (TerminalOptions.Read(request.Options, shells, out var error) is not { } options)
            return new("failed", error);
        var shell = options.Shell ?? usual;
        var cast = request.Recording is { } recording ? new TerminalCast(recording, TimeProvider.System) : null;
        if (cast is not null)
            await cast.BeginAsync(options.Size, shell, cancellationToken).ConfigureAwait(false);
        IPseudoTerminal terminal;
        try
        {
            terminal = system.Start(shell, options.Size);
        }
        catch (IOException fault)
        {
            return new("failed", $"{shell} could not be started: {fault.Message}");
        }
        var info = new TerminalInfo(shell, shells, system.User, terminal.ProcessId);
        return await RunAsync(terminal, new(info, channel, cast), channel, request.ViewOnly, cancellationToken).ConfigureAwait(false);
    }

    static async Task<RemoteSessionEnd> RunAsync(IPseudoTerminal terminal, TerminalScreen screen, IRemoteChannel channel, bool viewOnly, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = Task.Factory.StartNew(
            () => SendOutput(terminal, screen, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var input = Task.Run(() => TakeInputAsync(terminal, screen, channel, viewOnly, over.Token), CancellationToken.None);
        // The input's task does not see a cancelled session while the terminal takes nothing.
        var cancelled = Task.Delay(Timeout.Infinite, over.Token);
        var end = new RemoteSessionEnd("closed");
        try
        {
            await Task.WhenAny(terminal.Exit, input, cancelled, WhenFailedAsync(output)).ConfigureAwait(false);
            terminal.End();
            if (terminal.Exit.IsCompletedSuccessfully && !input.IsCompleted && !over.IsCancellationRequested)
            {
                // The browser may take its time for the rest of it, or leave.
                if (await Task.WhenAny(output, input, cancelled).ConfigureAwait(false) == output)
                {
                    await output.ConfigureAwait(false);
                    await channel.SendAsync(TerminalMessage.ExitedWith(await terminal.Exit.ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
                    end = new("exited");
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            // Whoever looked on is gone.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            terminal.End();
        }
        var all = Task.WhenAll(output, input, terminal.Exit).ContinueWith(
            ended =>
            {
                // What failed there was the channel's, and has been acted on.
                _ = ended.Exception;
                terminal.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await Task.WhenAny(all, Task.Delay(PatienceForTheEnd, CancellationToken.None)).ConfigureAwait(false);
        return end;
    }

    /// <summary>On a thread of its own. The terminal is read only as fast as the browser takes it, so that a flood of output waits in the program that makes it.</summary>
    static void SendOutput(IPseudoTerminal terminal, TerminalScreen screen, CancellationToken cancellationToken)
    {
        screen.BeginAsync(cancellationToken).GetAwaiter().GetResult();
        var buffer = new byte[screen.LargestOutput];
        while (terminal.Read(buffer) is > 0 and var count)
            screen.ShowAsync(buffer.AsMemory(0, count), cancellationToken).GetAwaiter().GetResult();
    }

    static async Task TakeInputAsync(IPseudoTerminal terminal, TerminalScreen screen, IRemoteChannel channel, bool viewOnly, CancellationToken cancellationToken)
    {
        await foreach (var message in channel.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message.Span is [TerminalMessage.Attach])
                await screen.AttachAsync(cancellationToken).ConfigureAwait(false);
            if (viewOnly || message.Length < 2)
                continue;
            if (message.Span[0] == TerminalMessage.Data)
                terminal.Write(message.Span[1..]);
            else if (TerminalMessage.SizeOf(message.Span) is { } size)
            {
                terminal.Resize(size);
                await screen.ResizedAsync(size, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static async Task WhenFailedAsync(Task task)
    {
        await task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        if (task.IsCompletedSuccessfully)
            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
    }
}
