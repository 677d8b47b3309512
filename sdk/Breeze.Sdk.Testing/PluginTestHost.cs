using System.Text.Json;
using Breeze.PluginHost;

namespace Breeze.Sdk.Testing;

/// <summary>Runs a plugin's class in the test's own process, without packing or unloading it. Disposing stops the plugin.</summary>
public sealed class PluginTestHost : IAsyncDisposable
{
    readonly IBreezePlugin plugin;
    readonly IReadOnlyList<Registration> registrations;
    readonly CancellationTokenSource stopping = new();
    readonly string dataDirectory = Directory.CreateTempSubdirectory("breeze-plugin-test-").FullName;

    PluginTestHost(IBreezePlugin plugin, IReadOnlyList<Registration> registrations) => (this.plugin, this.registrations) = (plugin, registrations);

    /// <summary>What the plugin registered, as kind and name: <c>collector:system</c>.</summary>
    public IReadOnlyList<string> Provides => [.. registrations.Select(registration => registration.Provides)];

    /// <summary>Registers and starts a plugin.</summary>
    /// <exception cref="PluginTestException">A host would refuse it.</exception>
    public static async Task<PluginTestHost> StartAsync(
        IBreezePlugin plugin, PluginTestOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PluginTestOptions();
        var builder = new RecordingBuilder(options.PluginId, options.Host, new HashSet<string>());
        try
        {
            plugin.Register(builder);
        }
        catch (InvalidOperationException) when (builder.Error is not null)
        {
            // The builder's own refusal; it is reported below.
        }

        var registrations = builder.Seal();
        if (builder.Error is { } refusal)
        {
            throw new PluginTestException(refusal.Message);
        }

        var schema = options.SettingsSchemaPath is { } path ? (ReadOnlyMemory<byte>?)await File.ReadAllBytesAsync(path, cancellationToken) : null;
        var (settings, error) = await PluginSettings.PrepareAsync(schema, JsonElement.Parse(options.SettingsJson), validate: schema is not null);
        if (error is not null)
        {
            throw new PluginTestException(error.Message);
        }

        var host = new PluginTestHost(plugin, registrations);
        try
        {
            await plugin.StartAsync(new TestContext(options, settings, host.dataDirectory, host.stopping.Token), cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Collects once.</summary>
    /// <param name="collector">The collector's name.</param>
    /// <param name="cancellationToken">Given to the collector.</param>
    public async Task<Reading> CollectAsync(string collector, CancellationToken cancellationToken = default)
    {
        var found = Find<ICollector>("collector", collector);
        var sink = new RecordingSink(found);
        await found.CollectAsync(sink, cancellationToken);
        return sink.ToReading();
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="type">The command type.</param>
    /// <param name="payloadJson">Its payload.</param>
    /// <param name="cancellationToken">Given to the handler.</param>
    public async Task<CommandRun> RunCommandAsync(string type, string payloadJson = "{}", CancellationToken cancellationToken = default)
    {
        using var output = new RecordingOutput();
        var request = new CommandRequest(Guid.NewGuid(), type, JsonElement.Parse(payloadJson), TimeSpan.FromMinutes(1));
        return output.ToRun(await Find<ICommandHandler>("command", type).ExecuteAsync(request, output, cancellationToken));
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="runtime">The runtime's name.</param>
    /// <param name="request">The script.</param>
    /// <param name="cancellationToken">Given to the runtime.</param>
    public async Task<CommandRun> RunScriptAsync(string runtime, ScriptRequest request, CancellationToken cancellationToken = default)
    {
        using var output = new RecordingOutput();
        return output.ToRun(await Find<IScriptRuntime>("runtime", runtime).ExecuteAsync(request, output, cancellationToken));
    }

    /// <summary>Lets a fragment render.</summary>
    /// <param name="fragment">The fragment's name.</param>
    /// <param name="request">For whom; nobody in particular when missing.</param>
    /// <param name="cancellationToken">Given to the fragment.</param>
    public async Task<FragmentContent> RenderAsync(string fragment, FragmentRequest? request = null, CancellationToken cancellationToken = default) =>
        await Find<IUiFragment>("fragment", fragment).RenderAsync(request ?? new FragmentRequest(null, null), cancellationToken);

    /// <summary>Calls an endpoint.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">As registered.</param>
    /// <param name="request">An empty request when missing.</param>
    /// <param name="cancellationToken">Given to the endpoint.</param>
    public async Task<PluginResponse> CallAsync(
        string method, string path, PluginRequest? request = null, CancellationToken cancellationToken = default) =>
        await Find<PluginEndpoint>("endpoint", $"{method} {path}")
            .Handler(request ?? new PluginRequest(new Dictionary<string, string>(), default, null), cancellationToken);

    /// <summary>Runs a scheduled job once.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="cancellationToken">Given to the job.</param>
    public async Task RunJobAsync(string job, CancellationToken cancellationToken = default) =>
        await Find<ScheduledJob>("job", job).Handler(cancellationToken);

    /// <summary>Any registered extension, for what has no method of its own here.</summary>
    /// <typeparam name="T">The SDK type.</typeparam>
    /// <param name="name">Its name.</param>
    public T Get<T>(string name)
        where T : class => Find<T>(typeof(T).Name, name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await plugin.StopAsync(StopReason.HostShutdown, CancellationToken.None);
        await plugin.DisposeAsync();
        stopping.Dispose();
        Directory.Delete(dataDirectory, recursive: true);
    }

    T Find<T>(string kind, string name)
        where T : class =>
        registrations.FirstOrDefault(registration => registration.Contract == typeof(T) && registration.Name == name)?.Instance as T
        ?? throw new PluginTestException($"The plugin has no {kind} \"{name}\"; it registers {string.Join(", ", Provides)}.");
}
