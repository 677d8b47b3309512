namespace HelloServer;

/// <summary>The settings, as <c>config.schema.json</c> describes them.</summary>
public sealed record HelloOptions
{
    public string Greeting { get; init; } = "Hello from a plugin";
}
