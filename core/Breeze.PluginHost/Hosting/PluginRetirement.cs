using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

/// <summary>Ends a generation: waits for its leases, cancels them at the deadline, stops it, disposes of it, begins its unloading.</summary>
sealed class PluginRetirement(PluginHostOptions options, ILogger logger)
{
    /// <param name="generation">Closed for new leases.</param>
    /// <param name="reason">Told to the plugin.</param>
    /// <param name="abandoned">A call into it that has not ended; the plugin is not called again before it does.</param>
    public async Task<UnloadTicket?> RetireAsync(Generation generation, StopReason reason, Task? abandoned)
    {
        var identity = generation.Identity;
        await DrainAsync(generation, reason == StopReason.HostShutdown ? options.StopDeadline : options.DrainDeadline);

        // Host and plugin code may be registered here, so it is bounded like any other call.
        await CallAsync(_ => new ValueTask(generation.CancelAsync()), identity, "the cancellation of its work");
        if (abandoned is null || await EndsAsync(abandoned))
        {
            if (await CallAsync(token => generation.Plugin?.StopAsync(reason, token) ?? default, identity, "StopAsync"))
            {
                await CallAsync(_ => generation.Plugin?.DisposeAsync() ?? default, identity, "DisposeAsync");
            }
        }

        return generation.Unload();
    }

    async Task DrainAsync(Generation generation, TimeSpan deadline)
    {
        var drained = generation.Leases.Drained;
        if (await EndsAsync(drained, deadline))
        {
            return;
        }

        HostLog.DrainDeadline(logger, generation.Identity.Id, generation.Identity.Generation, generation.Leases.Count);
        await CallAsync(_ => new ValueTask(generation.CancelAsync()), generation.Identity, "the cancellation of its work");
        await EndsAsync(drained, options.CancellationGrace);
    }

    Task<bool> EndsAsync(Task task) => EndsAsync(task, options.StopDeadline);

    async Task<bool> EndsAsync(Task task, TimeSpan deadline)
    {
        try
        {
            await task.WaitAsync(deadline, options.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <returns>Whether the plugin may be called again: its call has ended, well or not.</returns>
    async Task<bool> CallAsync(Func<CancellationToken, ValueTask> call, PluginIdentity identity, string what)
    {
        var outcome = await PluginCall.RunAsync(call, options.StopDeadline, options.CancellationGrace, options.Time, CancellationToken.None);
        if (outcome.Details is { } details)
        {
            HostLog.PluginThrew(logger, identity.Id, identity.Generation, $"failed in {what}", details);
        }
        else if (!outcome.IsCompleted)
        {
            HostLog.StopDeadline(logger, identity.Id, identity.Generation, what);
        }

        return outcome.Abandoned is null;
    }
}
