using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

sealed class NoProcesses : IProcessRunner
{
    public ValueTask<ProcessOutcome> RunAsync(ProcessSpec spec, ICommandOutput output, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ProcessOutcome(ProcessEnd.NotStarted, Message: "No processes in these tests."));

    public string? Find(string fileName) => null;
}
