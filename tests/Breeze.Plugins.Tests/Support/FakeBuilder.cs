using Breeze.Sdk;

namespace Breeze.Plugins.Tests.Support;

/// <summary>Keeps what a plugin registers; what neither a plugin for agents nor a channel registers is a failure.</summary>
sealed class FakeBuilder(PluginHostKind host = PluginHostKind.Agent) : IPluginBuilder
{
    public List<ICollector> Collectors { get; } = [];

    public List<IScriptRuntime> Runtimes { get; } = [];

    public List<ICommandHandler> Handlers { get; } = [];

    public List<IRemoteAccessProvider> Remotes { get; } = [];

    public List<IRemoteTransport> Transports { get; } = [];

    public List<IPersonPrompt> Prompts { get; } = [];

    public List<IAlertChannel> Channels { get; } = [];

    public PluginHostKind Host => host;

    public IPluginBuilder AddCollector(ICollector collector)
    {
        Collectors.Add(collector);
        return this;
    }

    public IPluginBuilder AddScriptRuntime(IScriptRuntime runtime)
    {
        Runtimes.Add(runtime);
        return this;
    }

    public IPluginBuilder AddCommandHandler(ICommandHandler handler)
    {
        Handlers.Add(handler);
        return this;
    }

    public IPluginBuilder AddRemoteAccess(IRemoteAccessProvider provider)
    {
        Remotes.Add(provider);
        return this;
    }

    public IPluginBuilder AddRemoteTransport(IRemoteTransport transport)
    {
        Transports.Add(transport);
        return this;
    }

    public IPluginBuilder AddPersonPrompt(IPersonPrompt prompt)
    {
        Prompts.Add(prompt);
        return this;
    }

    public IPluginBuilder AddPolicyResource(IPolicyResource resource) => throw Unexpected();

    public IPluginBuilder AddAlertChannel(IAlertChannel channel)
    {
        Channels.Add(channel);
        return this;
    }

    public IPluginBuilder AddAutomationStep(IAutomationStep step) => throw Unexpected();

    public IPluginBuilder AddUiFragment(IUiFragment fragment) => throw Unexpected();

    public IPluginBuilder AddEndpoint(PluginEndpoint endpoint) => throw Unexpected();

    public IPluginBuilder AddScheduledJob(ScheduledJob job) => throw Unexpected();

    static InvalidOperationException Unexpected() => new("This plugin was not meant to register that.");
}
