using System.Text;
using Breeze.Sdk;

namespace Breeze.Collectors.Processes;

/// <summary>
/// <c>process.kill</c>: the payload is <c>{ "pid": 4711, "instance": "…", "signal": "term" }</c> with the instance from <c>process.list</c>, so that a
/// process that has the id since then is left alone. The signal is <c>term</c> or <c>kill</c>.
/// </summary>
sealed class KillCommand : ICommandHandler
{
    volatile IProcessReader? _reader;

    public string Type => "process.kill";

    public void Start(IProcessReader reader) => _reader = reader;

    public void Stop() => _reader = null;

    public async ValueTask<CommandOutcome> ExecuteAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (_reader is not { } reader)
            return CommandOutcome.Failed("The plugin is being replaced. Try again.");
        if (request.Payload.Number("pid") is not (> 1 and <= int.MaxValue and var pid))
            return CommandOutcome.Rejected("payload.pid must be the id of a process, and not 1.");
        if (request.Payload.Text("instance") is not { } instance)
            return CommandOutcome.Rejected("payload.instance is missing: process.list gives it, and it keeps another process of the same id from being ended.");
        if (request.Payload.Text("signal") is not (null or "term" or "kill"))
            return CommandOutcome.Rejected("payload.signal must be term or kill.");
        if (pid == Environment.ProcessId)
            return CommandOutcome.Rejected("This is the agent itself. Remove the device instead.");
        var force = request.Payload.Text("signal") == "kill";
        var result = await reader.KillAsync((int)pid, instance, force, cancellationToken).ConfigureAwait(false);
        if (result == KillResult.Ended)
        {
            var text = force ? $"Process {pid} was ended." : $"Process {pid} was asked to end.";
            await output.WriteAsync(OutputStream.Stdout, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
        return result switch
        {
            KillResult.Ended => CommandOutcome.Completed(),
            KillResult.Gone => CommandOutcome.Failed($"Process {pid} has ended already."),
            KillResult.Another => CommandOutcome.Failed($"Process {pid} is another one by now. Look at the list again."),
            KillResult.Forbidden => CommandOutcome.Failed($"The agent may not end process {pid}. It must run as root or as the system."),
            _ => CommandOutcome.Failed($"Process {pid} could not be ended."),
        };
    }
}
