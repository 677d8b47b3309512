using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Breeze.Sdk;

/// <summary>What the host offers one generation of a plugin. Members are safe to use from any thread until the generation has stopped.</summary>
public interface IPluginContext
{
    /// <summary>Who this generation is.</summary>
    PluginIdentity Identity { get; }

    /// <summary>
    /// The settings, valid by the package's <c>config.schema.json</c> with its defaults filled in; an empty object when the package has no
    /// schema. Read it with a source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>: reflection-based
    /// serialization keeps the generation from unloading.
    /// </summary>
    JsonElement Settings { get; }

    /// <summary>A directory of the plugin's own that survives reloads and restarts, readable by the host's user alone.</summary>
    string DataDirectory { get; }

    /// <summary>The read-only directory of the unpacked package.</summary>
    string PackageDirectory { get; }

    /// <summary>A logger under the plugin's id. Never log secrets.</summary>
    ILogger Logger { get; }

    /// <summary>The clock. Use it instead of <see cref="DateTimeOffset.UtcNow"/>, so that tests can move the time.</summary>
    TimeProvider Time { get; }

    /// <summary>Starts child processes with argument lists, time-outs and whole-tree termination.</summary>
    IProcessRunner Processes { get; }

    /// <summary>Cancelled when the generation must end: at the latest when its drain deadline has passed.</summary>
    CancellationToken Stopping { get; }

    /// <summary>
    /// Creates an HTTP client whose connections the host pools. On the server it refuses private address ranges unless an administrator
    /// allowed them. Dispose of it or not, as you like; do not keep it beyond the generation.
    /// </summary>
    HttpClient CreateHttpClient();
}
