using System.CommandLine;
using Breeze.Agent.Logging;
using Breeze.Agent.State;

namespace Breeze.Agent.Cli;

/// <summary><c>breeze-agent run</c>.</summary>
static class RunVerb
{
    public static Command Create()
    {
        var server = CommonOptions.Server(required: false);
        var key = CommonOptions.Key(required: false);
        var state = CommonOptions.State();
        var authority = CommonOptions.Authority();
        var insecure = CommonOptions.InsecureHttp();
        var parent = new Option<int?>("--parent-pid")
        {
            Description = "End when this process has ended.",
            HelpName = "N",
        };
        var level = CommonOptions.LogLevel();
        var verb = new Command("run", "Run the agent; with --server and --key enrol it first if need be.")
        {
            state, server, key, authority, insecure, parent, level,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var loggers = new StderrLoggerFactory(parsed.GetValue(level), Console.Error, TimeProvider.System);
            var session = new RunSession(new StateDirectory(parsed.GetValue(state)!), loggers)
            {
                Server = parsed.GetValue(server),
                Key = parsed.GetValue(key),
                AuthorityFile = parsed.GetValue(authority),
                InsecureHttp = parsed.GetValue(insecure),
                ParentProcessId = parsed.GetValue(parent),
            };
            return await session.RunAsync(cancellationToken);
        });
        return verb;
    }
}
