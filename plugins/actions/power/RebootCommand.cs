using System.Globalization;
using System.Text;
using System.Text.Json;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.Actions.Power;

/// <summary>
/// <c>power.reboot</c>: the payload is <c>{ "delay_seconds": 60, "message": "…" }</c>, both optional. It plans the restart and ends: the agent has the
/// result on its disk, and mostly with the server, before the machine goes down. The same command never runs twice, so a machine that was on its way
/// down does not restart once more when it is back.
/// </summary>
sealed class RebootCommand : ICommandHandler
{
    /// <summary>Less leaves no time to store the result and to hand it over.</summary>
    const int ShortestDelay = 30;
    const int LongestDelay = 24 * 60 * 60;
    const int UsualDelay = 60;
    const int LongestMessage = 200;

    PendingRestart? _running;

    public string Type => "power.reboot";

    public void Start(IProcessRunner processes, RestartSystem? system, bool dryRun, TimeProvider time, ILogger logger) =>
        Volatile.Write(ref _running, new(processes, system, dryRun, time, logger));

    /// <summary>Gives up a restart that this plugin itself still waits for.</summary>
    public async ValueTask StopAsync()
    {
        if (Interlocked.Exchange(ref _running, null) is { } running)
            await running.StopAsync().ConfigureAwait(false);
    }

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _running) is not { } running)
            return CommandOutcome.Failed("The plugin is being replaced. Try again.");
        if (Delay(request.Payload) is not { } delay)
            return CommandOutcome.Rejected($"payload.delay_seconds must be a whole number from {ShortestDelay} to {LongestDelay}.");
        if (Message(request.Payload) is not { } message)
            return CommandOutcome.Rejected($"payload.message must be a text of 1 to {LongestMessage} characters in one line, and not begin with / or -.");
        if (running.System is not { } system)
            return CommandOutcome.Failed("This machine has neither shutdown nor reboot, as in a container. Restart it from outside.");
        var plan = RestartPlan.For(system, delay, message);
        if (running.DryRun)
        {
            await SayAsync(output, $"Dry run: nothing restarts. It would run: {plan}", cancellationToken).ConfigureAwait(false);
            return CommandOutcome.Completed();
        }
        if (plan.Wait > TimeSpan.Zero)
            running.RunLater(plan);
        else if (await running.RunAsync(plan, output, cancellationToken).ConfigureAwait(false) is { } failure)
            return failure;
        await SayAsync(output, string.Create(CultureInfo.InvariantCulture, $"The machine restarts in {plan.Due(delay).TotalSeconds:0} seconds."), cancellationToken).ConfigureAwait(false);
        return CommandOutcome.Completed();
    }

    static TimeSpan? Delay(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty("delay_seconds", out var given))
            return TimeSpan.FromSeconds(UsualDelay);
        return given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var seconds) && seconds is >= ShortestDelay and <= LongestDelay ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Nothing that a program could take for an option.</summary>
    static string? Message(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty("message", out var given))
            return RestartPlan.DefaultMessage;
        return given.ValueKind == JsonValueKind.String && given.GetString()!.Trim() is { Length: > 0 and <= LongestMessage } text && text[0] is not ('-' or '/') && !text.Any(char.IsControl) ? text : null;
    }

    static ValueTask SayAsync(ICommandOutput output, string text, CancellationToken cancellationToken) =>
        output.WriteAsync(OutputStream.Stdout, Encoding.UTF8.GetBytes(text), cancellationToken);
}
