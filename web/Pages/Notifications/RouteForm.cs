using System.Globalization;
using System.Text.Json;
using Breeze.Features.Alerting.Notifying;

namespace Breeze.Web.Pages.Notifications;

/// <summary>A route as it is typed.</summary>
public sealed class RouteInput
{
    public string? Name { get; set; }
    public Guid? OrganizationId { get; set; }
    public bool Enabled { get; set; }
    public string[] Severities { get; set; } = [];
    public string[] Events { get; set; } = [];
    public string? Target { get; set; }
    public Guid[] Channels { get; set; } = [];
    public Guid? PolicyId { get; set; }
    public bool InApp { get; set; }
    public int DigestMinutes { get; set; }
    public bool Stops { get; set; }
    public HoursInput Hours { get; set; } = new();
    public HoursInput Quiet { get; set; } = new();

    public static RouteInput Of(NotificationRoute r) => new()
    {
        Name = r.Name, OrganizationId = r.OrganizationId, Enabled = r.Enabled, Severities = r.Severities, Events = r.Events, Target = r.Target, Channels = r.ChannelIds, DigestMinutes = r.DigestMinutes,
        Stops = r.Stops, PolicyId = r.PolicyId, InApp = r.InApp, Hours = HoursInput.Of(r.Hours), Quiet = HoursInput.Of(r.Quiet),
    };

    public RouteDraft ToDraft() => new()
    {
        Name = Name ?? "", Enabled = Enabled, Severities = Severities, Events = Events, Target = Target?.ReplaceLineEndings("\n") ?? "", ChannelIds = Channels, DigestMinutes = DigestMinutes, Stops = Stops,
        PolicyId = PolicyId ?? Guid.Empty, InApp = InApp, Hours = Hours.ToJson(), Quiet = Quiet.ToJson(),
    };
}

/// <summary>Hours of the week as they are typed; without a beginning and an end there are none.</summary>
public sealed class HoursInput
{
    public string? From { get; set; }
    public string? To { get; set; }
    public string? TimeZone { get; set; }
    public int[] Days { get; set; } = [];

    public static HoursInput Of(string json) => RouteHours.Parse(json) is { } h
        ? new() { From = h.From.ToString("HH:mm", CultureInfo.InvariantCulture), To = h.To.ToString("HH:mm", CultureInfo.InvariantCulture), TimeZone = h.Zone.Id, Days = [.. h.Days] } : new();

    public JsonElement ToJson() => string.IsNullOrEmpty(From) && string.IsNullOrEmpty(To)
        ? JsonElement.Parse("{}") : JsonSerializer.SerializeToElement(new Dictionary<string, object?> { ["time_zone"] = TimeZone ?? "UTC", ["days"] = Days.Distinct(), ["from"] = From ?? "", ["to"] = To ?? "" });
}

/// <summary>Hours as a part of the form.</summary>
public sealed record HoursForm(string Prefix, string Legend, string Help, HoursInput Input);
