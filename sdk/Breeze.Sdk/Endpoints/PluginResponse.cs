namespace Breeze.Sdk;

/// <summary>The answer of a plugin's endpoint.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The body.</param>
/// <param name="ContentType">The media type of the body.</param>
public sealed record PluginResponse(int Status, ReadOnlyMemory<byte> Body, string ContentType)
{
    /// <summary>200 with JSON in UTF-8.</summary>
    public static PluginResponse Json(ReadOnlyMemory<byte> utf8Json) => new(200, utf8Json, "application/json");
}
