using Breeze.Remote.Desktop.Frames;
using Breeze.Remote.Desktop.Wire;
using Breeze.Sdk;

namespace Breeze.Remote.Desktop;

/// <summary>One desktop in one browser: a thread that shows, and a reader that does what the technician does.</summary>
sealed class DesktopSession(IDesktop desktop, RemoteSessionRequest request, DesktopOptions options, IRemoteChannel channel)
{
    /// <summary>A display that hangs must not hold up the end of the session.</summary>
    static readonly TimeSpan PatienceForTheEnd = TimeSpan.FromSeconds(3);

    public async Task<RemoteSessionEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var state = new ShowState(options.Monitor);
        desktop.Changed = state.Wake;
        var view = new DesktopView(desktop, state, new ToBrowser(channel, over.Token), request);
        var showing = Task.Factory.StartNew(() => view.Run(over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var input = new DesktopInput(desktop, state, request);
        var taking = Task.Run(() => input.RunAsync(channel, over.Token), CancellationToken.None);
        await Task.WhenAny(showing, taking, desktop.Lost).ConfigureAwait(false);
        var isLost = desktop.Lost.IsCompleted;
        await over.CancelAsync().ConfigureAwait(false);
        state.Wake();
        var all = Task.WhenAll(showing, taking);
        await Task.WhenAny(all, Task.Delay(PatienceForTheEnd, CancellationToken.None)).ConfigureAwait(false);
        desktop.Changed = null;
        if (isLost)
            return new("exited", "The desktop on the device has ended, as when its user signs out or the device shuts down. Start a new session for the one that is there now.");
        // What failed otherwise was the channel's, or a display that stopped answering.
        return all.Exception?.InnerExceptions.FirstOrDefault(fault => fault is not OperationCanceledException) is { } failed
            ? new("failed", $"The desktop could not be shown any longer: {failed.Message}")
            : new("closed");
    }
}
