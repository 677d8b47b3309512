using System.CommandLine;
using Breeze.Agent.State;

namespace Breeze.Agent.Cli;

/// <summary><c>breeze-agent status</c>.</summary>
static class StatusVerb
{
    public static Command Create()
    {
        var state = CommonOptions.State();
        var verb = new Command(
            "status", "Say how the agent fares. Exits with 0 when it runs and its server answers, 3 not running, 4 not enrolled, 5 no contact.")
        {
            state,
        };
        verb.SetAction(parsed =>
        {
            var directory = new StateDirectory(parsed.GetValue(state)!);
            var identity = StateDirectory.Read(directory.IdentityFile, StateJson.Default.AgentIdentity, out var damage);
            if (identity is null)
            {
                return Errors.Say(
                    damage is null ? $"Not enrolled ({directory.Root})." : $"{directory.IdentityFile} cannot be read: {damage}",
                    ExitCodes.NotEnrolled);
            }

            Console.WriteLine($"Agent      {identity.AgentId}");
            Console.WriteLine($"Server     {identity.Server}");
            if (!directory.IsLocked())
            {
                Console.WriteLine("State      not running");
                return ExitCodes.NotRunning;
            }

            return Show(StateDirectory.Read(directory.StatusFile, StateJson.Default.StatusSnapshot, out _) ?? new StatusSnapshot());
        });
        return verb;
    }

    static int Show(StatusSnapshot status)
    {
        var now = DateTimeOffset.UtcNow;
        Console.WriteLine($"State      running, version {status.Version}, process {status.ProcessId}, since {status.StartedAt:u}");
        var contact = status.LastContactAt is { } at ? $"{Math.Max(0, (now - at).TotalSeconds):0} s ago" : "never";
        Console.WriteLine($"Contact    {contact}, every {status.HeartbeatIntervalSeconds} s{(status.LastError is null ? "" : $"; {status.LastError}")}");
        Console.WriteLine($"Channel    {(status.WakeChannelOpen ? "open" : "closed")}");
        Console.WriteLine($"Waiting    {status.SpooledBytes / 1024} KiB of metrics, {status.WaitingResults} results");
        foreach (var plugin in status.Plugins)
        {
            Console.WriteLine($"Plugin     {plugin.Id} {plugin.Version} {plugin.State}{(plugin.Error is null ? "" : $": {plugin.Error}")}");
        }

        return status.LastError is null && status.LastContactAt is not null ? ExitCodes.Ok : ExitCodes.NoContact;
    }
}
