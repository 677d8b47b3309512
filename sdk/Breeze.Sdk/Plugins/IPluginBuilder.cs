namespace Breeze.Sdk;

/// <summary>
/// Collects what a plugin provides. Every name is unique within its kind on one host; a clash with another active plugin fails the load
/// with an error that names both. A registration that does not belong to the current host (an alert channel on an agent) fails it as well.
/// </summary>
public interface IPluginBuilder
{
    /// <summary>The host that loads this generation; a plugin for both sides branches on it.</summary>
    PluginHostKind Host { get; }

    /// <summary>Agent: adds a source of metrics and inventory.</summary>
    IPluginBuilder AddCollector(ICollector collector);

    /// <summary>Agent: adds a language in which scripts can run.</summary>
    IPluginBuilder AddScriptRuntime(IScriptRuntime runtime);

    /// <summary>Agent: adds the handler of a command type.</summary>
    IPluginBuilder AddCommandHandler(ICommandHandler handler);

    /// <summary>Agent: adds a kind of remote access, such as a terminal.</summary>
    IPluginBuilder AddRemoteAccess(IRemoteAccessProvider provider);

    /// <summary>Agent: adds a way for the messages of remote sessions, beside the relay.</summary>
    IPluginBuilder AddRemoteTransport(IRemoteTransport transport);

    /// <summary>Agent: adds a way to ask and to tell the person at the device.</summary>
    IPluginBuilder AddPersonPrompt(IPersonPrompt prompt);

    /// <summary>Agent: adds a resource whose desired state a policy can describe.</summary>
    IPluginBuilder AddPolicyResource(IPolicyResource resource);

    /// <summary>Server: adds a way to deliver notifications.</summary>
    IPluginBuilder AddAlertChannel(IAlertChannel channel);

    /// <summary>Server: adds a step that automations can use.</summary>
    IPluginBuilder AddAutomationStep(IAutomationStep step);

    /// <summary>Server: fills a named slot of the web UI.</summary>
    IPluginBuilder AddUiFragment(IUiFragment fragment);

    /// <summary>Server: adds an HTTP endpoint below <c>/api/v1/plugins/{plugin-id}/</c>.</summary>
    IPluginBuilder AddEndpoint(PluginEndpoint endpoint);

    /// <summary>Server: adds a job that the host runs on a schedule, on one node at a time.</summary>
    IPluginBuilder AddScheduledJob(ScheduledJob job);
}
