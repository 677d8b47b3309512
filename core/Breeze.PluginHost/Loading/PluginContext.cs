using System.Text.Json;
using Breeze.Sdk;
using Microsoft.Extensions.Logging;

namespace Breeze.PluginHost;

sealed class PluginContext(Generation generation, PluginHostOptions options) : IPluginContext
{
    public PluginIdentity Identity { get; } = generation.Identity;

    public JsonElement Settings { get; } = generation.Settings;

    public string DataDirectory { get; } = CreateDataDirectory(options.DataDirectory, generation.Identity.Id);

    public string PackageDirectory { get; } = generation.Package.Directory;

    // One category per plugin and not per generation: the factory keeps its loggers for ever.
    public ILogger Logger { get; } = options.LoggerFactory.CreateLogger($"plugin.{generation.Identity.Id}");

    public TimeProvider Time => options.Time;

    public IProcessRunner Processes => options.Processes;

    public CancellationToken Stopping { get; } = generation.Stopping;

    public HttpClient CreateHttpClient() => options.HttpClientFactory();

    public ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) => options.Connect(host, port, cancellationToken);

    static string CreateDataDirectory(string root, string id)
    {
        var path = Path.Combine(Path.GetFullPath(root), id);
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
