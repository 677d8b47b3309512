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
    /// Creates an HTTP client whose connections the host pools. Dispose of it or not, as you like; do not keep it beyond the generation. On the
    /// server it refuses private addresses as <see cref="ConnectAsync"/> does (the <see cref="HttpRequestException"/> has an
    /// <see cref="ForbiddenAddressException"/> within), uses no proxy of the environment and no cookies, waits 25 s for an answer, reads at most
    /// 16 MiB of it, and follows five redirects at most: never from https to http, and with a body only on the same host. What it does not follow
    /// is the response.
    /// </summary>
    HttpClient CreateHttpClient();

    /// <summary>
    /// Opens a TCP connection, for protocols other than HTTP. On the server the name is resolved once and the connection goes to that very
    /// address, and loopback, private, link-local and other addresses that are not of the internet are refused unless an administrator allowed
    /// them: never open a socket of your own to an address that somebody entered. Encryption is the caller's.
    /// </summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <param name="cancellationToken">Gives up; the host itself does so after 10 s.</param>
    /// <returns>The connection. The caller disposes of it.</returns>
    /// <exception cref="ForbiddenAddressException">The address may not be used; the message says what an administrator can do.</exception>
    /// <exception cref="IOException">There is no such host, or it does not answer; the message is for people.</exception>
    ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken);
}
