using System.Text.Json;

namespace Breeze.Features.Alerting.OnCall;

/// <summary>The layers of a schedule as they are kept.</summary>
public static class OnCallLayers
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<OnCallLayerDraft> Drafts(OnCallSchedule schedule) => JsonSerializer.Deserialize<OnCallLayerDraft[]>(schedule.Layers, Json) ?? [];

    internal static string ToJson(IEnumerable<OnCallLayerDraft> layers) => JsonSerializer.Serialize(layers, Json);

    /// <summary>Those that can be read: a zone that this machine does not know any more is taken as UTC.</summary>
    internal static IReadOnlyList<OnCallLayer> Parse(OnCallSchedule schedule)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return [.. Drafts(schedule).Select(d => OnCallLayer.Read(d, zone).Layer).OfType<OnCallLayer>()];
    }
}
