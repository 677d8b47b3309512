namespace Breeze.Sdk;

/// <summary>An HTTP endpoint of a plugin, below <c>/api/v1/plugins/{plugin-id}/</c>.</summary>
/// <param name="Method">The HTTP method, upper case.</param>
/// <param name="Path">A relative path without parameters, such as <c>status</c>; no leading slash.</param>
/// <param name="Permission">The permission a caller needs, as <c>resource:action</c>. There is no anonymous endpoint.</param>
/// <param name="Handler">Answers requests. Called concurrently; a lease on the generation is held until it returns.</param>
public sealed record PluginEndpoint(string Method, string Path, string Permission, PluginEndpointHandler Handler);

/// <summary>Answers one request. Expected failures are responses with a 4xx status; an exception becomes a 500 without details.</summary>
public delegate ValueTask<PluginResponse> PluginEndpointHandler(PluginRequest request, CancellationToken cancellationToken);
