using System.Text.Json;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>What a route shall be; null leaves it as it is.</summary>
public sealed record RouteDraft
{
    public string? Name { get; init; }
    public bool? Enabled { get; init; }
    public string[]? Severities { get; init; }
    public string? Target { get; init; }

    /// <summary>See <see cref="RouteHours"/>; an empty object for always.</summary>
    public JsonElement? Hours { get; init; }
    public string[]? Events { get; init; }
    public Guid[]? ChannelIds { get; init; }

    /// <summary>An escalation policy; the empty id takes it away.</summary>
    public Guid? PolicyId { get; init; }
    public bool? InApp { get; init; }

    /// <summary>See <see cref="RouteHours"/>; an empty object for never.</summary>
    public JsonElement? Quiet { get; init; }
    public int? DigestMinutes { get; init; }
    public bool? Stops { get; init; }
}
