namespace Breeze.Sdk;

/// <summary>The answer of a health check.</summary>
/// <param name="IsHealthy">Whether the plugin can do its work.</param>
/// <param name="Message">When it cannot: what is wrong and what to do, in one sentence for an administrator.</param>
public sealed record PluginHealth(bool IsHealthy, string? Message = null)
{
    /// <summary>The plugin can do its work.</summary>
    public static PluginHealth Healthy { get; } = new(true);

    /// <summary>The plugin cannot do its work.</summary>
    public static PluginHealth Unhealthy(string message) => new(false, message);
}
