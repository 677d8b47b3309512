namespace Breeze.Sdk;

/// <summary>A request to a plugin's endpoint, after authentication and authorization.</summary>
/// <param name="Query">The query parameters; the first value of each.</param>
/// <param name="Body">The whole body, at most 1 MiB.</param>
/// <param name="ContentType">The media type of the body, when there is one.</param>
public sealed record PluginRequest(IReadOnlyDictionary<string, string> Query, ReadOnlyMemory<byte> Body, string? ContentType);
