namespace HelloServer;

/// <summary>The card's model and the endpoint's answer.</summary>
public sealed record HelloStatus(string Greeting, DateTimeOffset LoadedAt, int JobRuns);
