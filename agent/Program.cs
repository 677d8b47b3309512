using System.CommandLine;
using Breeze.Agent.Cli;

var root = new RootCommand("The Breeze agent: reports on this machine and carries out what its server asks.")
{
    EnrollVerb.Create(),
    RunVerb.Create(),
    StatusVerb.Create(),
};
// The verb that runs for long handles signals itself.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
