using System.CommandLine;
using Breeze.Agent.Enrolment;
using Breeze.Agent.State;
using Breeze.PluginHost.Processes;

namespace Breeze.Agent.Cli;

/// <summary><c>breeze-agent enroll</c>.</summary>
static class EnrollVerb
{
    public static Command Create()
    {
        var server = CommonOptions.Server(required: true);
        var key = CommonOptions.Key(required: true);
        var state = CommonOptions.State();
        var authority = CommonOptions.Authority();
        var insecure = CommonOptions.InsecureHttp();
        var verb = new Command("enroll", "Make this machine known to a server.") { server, key, state, authority, insecure };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = new StateDirectory(parsed.GetValue(state)!);
            try
            {
                directory.Create();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return Errors.Say($"The state directory cannot be used: {error.Message}");
            }

            using var held = directory.TryLock();
            if (held is null)
            {
                return Errors.Say($"Another agent uses {directory.Root}; stop it first.", ExitCodes.InUse);
            }

            var outcome = await new Enroller(directory, new ProcessRunner(directory.Scratch)).EnrollAsync(
                parsed.GetValue(server)!, parsed.GetValue(key)!, parsed.GetValue(authority), parsed.GetValue(insecure), cancellationToken);
            if (outcome.Error is not null)
            {
                return Errors.Say(outcome.Error);
            }

            Console.WriteLine($"Enrolled. Start the agent with: breeze-agent run --state {directory.Root}");
            return ExitCodes.Ok;
        });
        return verb;
    }
}
