using System.Text.RegularExpressions;
using Breeze.Sdk;

namespace Breeze.PluginHost;

/// <summary>
/// Records what a plugin registers. The first fault is kept, so that a plugin which swallows the exception does not get half of its
/// registrations through.
/// </summary>
sealed partial class RecordingBuilder(string pluginId, PluginHostKind host, IReadOnlySet<string> reservedNames) : IPluginBuilder
{
    readonly List<Registration> registrations = [];
    bool isSealed;

    public PluginHostKind Host { get; } = host;

    public PluginError? Error { get; private set; }

    public IReadOnlyList<Registration> Seal()
    {
        isSealed = true;
        return registrations;
    }

    public IPluginBuilder AddCollector(ICollector collector) => AddAgent("collector", collector, collector?.Name);

    public IPluginBuilder AddScriptRuntime(IScriptRuntime runtime) => AddAgent("runtime", runtime, runtime?.Name);

    public IPluginBuilder AddCommandHandler(ICommandHandler handler) => AddAgent("command", handler, handler?.Type);

    public IPluginBuilder AddRemoteAccess(IRemoteAccessProvider provider) => AddAgent("remote", provider, provider?.Kind);

    public IPluginBuilder AddRemoteTransport(IRemoteTransport transport) => AddAgent("transport", transport, transport?.Name);

    public IPluginBuilder AddPersonPrompt(IPersonPrompt prompt) => AddAgent("prompt", prompt, prompt?.Name);

    public IPluginBuilder AddPolicyResource(IPolicyResource resource) => AddAgent("policy", resource, resource?.Type);

    public IPluginBuilder AddAlertChannel(IAlertChannel channel) => AddServer("channel", channel, channel?.Type);

    public IPluginBuilder AddAutomationStep(IAutomationStep step) => AddServer("step", step, step?.Type);

    public IPluginBuilder AddUiFragment(IUiFragment fragment)
    {
        RequirePermission("fragment", fragment?.Name, fragment?.Permission);
        return AddServer("fragment", fragment, fragment?.Name, isOwnName: true);
    }

    public IPluginBuilder AddScheduledJob(ScheduledJob job)
    {
        if (job?.Cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            throw Fail(PluginErrorCodes.RegisterFailed, $"The job \"{job?.Name}\" needs a cron expression of five fields.");
        }

        return AddServer("job", job, job.Name, isOwnName: true);
    }

    public IPluginBuilder AddEndpoint(PluginEndpoint endpoint)
    {
        if (endpoint is null || !MethodPattern().IsMatch(endpoint.Method) || !EndpointPathPattern().IsMatch(endpoint.Path))
        {
            throw Fail(
                PluginErrorCodes.RegisterFailed,
                $"The endpoint \"{endpoint?.Method} {endpoint?.Path}\" needs an upper-case method and a relative lower-case path such as \"status\".");
        }

        var name = $"{endpoint.Method} {endpoint.Path}";
        RequirePermission("endpoint", name, endpoint.Permission);
        return Add("endpoint", PluginHostKind.Server, endpoint, name, $"{pluginId}/{name}");
    }

    IPluginBuilder AddAgent<T>(string kind, T? extension, string? name)
        where T : class => AddNamed(kind, PluginHostKind.Agent, extension, name, isOwnName: false);

    IPluginBuilder AddServer<T>(string kind, T? extension, string? name, bool isOwnName = false)
        where T : class => AddNamed(kind, PluginHostKind.Server, extension, name, isOwnName);

    RecordingBuilder AddNamed<T>(string kind, PluginHostKind belongsTo, T? extension, string? name, bool isOwnName)
        where T : class
    {
        if (extension is null || name is null || !NamePattern().IsMatch(name))
        {
            throw Fail(
                PluginErrorCodes.RegisterFailed,
                $"The {kind} \"{name}\" needs a name of lower-case letters, digits, dots, dashes and underscores, at most 64 characters.");
        }

        return Add(kind, belongsTo, extension, name, isOwnName ? $"{pluginId}/{name}" : name);
    }

    RecordingBuilder Add<T>(string kind, PluginHostKind belongsTo, T extension, string name, string key)
        where T : class
    {
        if (isSealed)
        {
            throw new InvalidOperationException("The builder must not be used after Register has returned.");
        }

        if (belongsTo != Host)
        {
            throw Fail(
                PluginErrorCodes.WrongHost,
                $"The plugin registers the {kind} \"{name}\" on the {Lower(Host)}, but it belongs to the {Lower(belongsTo)}. Branch on IPluginBuilder.Host.");
        }

        var registration = new Registration(typeof(T), kind, name, key, extension);
        if (reservedNames.Contains(registration.Provides))
        {
            throw Fail(PluginErrorCodes.NameClash, $"The name \"{name}\" of a {kind} belongs to the host. Choose another.");
        }

        if (registrations.Any(other => other.Contract == typeof(T) && other.Key == key))
        {
            throw Fail(PluginErrorCodes.NameClash, $"The plugin registers the {kind} \"{name}\" twice.");
        }

        registrations.Add(registration);
        return this;
    }

    void RequirePermission(string kind, string? name, string? permission)
    {
        if (permission is null || !PermissionPattern().IsMatch(permission))
        {
            throw Fail(PluginErrorCodes.RegisterFailed, $"The {kind} \"{name}\" needs a permission written as resource:action.");
        }
    }

    InvalidOperationException Fail(string code, string message)
    {
        Error ??= new PluginError(code, message);
        return new InvalidOperationException(message);
    }

    static string Lower(PluginHostKind kind) => kind == PluginHostKind.Server ? "server" : "agent";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[a-z0-9_-]+(/[a-z0-9_-]+)*\z")]
    private static partial Regex EndpointPathPattern();

    [GeneratedRegex(@"^(GET|POST|PUT|PATCH|DELETE)\z")]
    private static partial Regex MethodPattern();

    [GeneratedRegex(@"^[a-z0-9_.-]+:[a-z0-9_.*-]+\z")]
    private static partial Regex PermissionPattern();
}
