using System.Text.Json;
using System.Text.Json.Serialization;
using Breeze.Sdk;

namespace Breeze.Features.Alerting.Notifying;

/// <summary>What a notification says, as it is kept. Nothing in it is secret: the link to acknowledge by is made when it is told.</summary>
sealed record NotificationBody
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string Severity { get; init; } = AlertSeverity.Info;
    public string Title { get; init; } = "";
    public string Message { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? Device { get; init; }
    public string? Organization { get; init; }
    public string? Site { get; init; }
    public string? Rule { get; init; }
    public string? Runbook { get; init; }

    /// <summary>The incident that this is about, of which the alert is one.</summary>
    public Guid? Incident { get; init; }

    /// <summary>Titles of what is told in the same breath.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
    public int OtherCount { get; init; }

    public static NotificationBody Parse(string json) => JsonSerializer.Deserialize<NotificationBody>(json, Json) ?? new();

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public AlertNotification ToNotification(Guid id, Guid? alertId, string happened, Uri? acknowledge, Uri? link) =>
        // An incident stays what it is while its alerts come and go, and the one that stands for it has a life of its own.
        new(id, happened == "digest" ? id : Incident ?? alertId ?? id, happened, Severity, Title, Message, StartedAt.ToUniversalTime())
        {
            DeviceName = Device, OrganizationName = Organization, SiteName = Site, RuleName = Rule, ResolvedAt = ResolvedAt?.ToUniversalTime(),
            Runbook = Uri.TryCreate(Runbook, UriKind.Absolute, out var runbook) && runbook.Scheme is "http" or "https" ? runbook : null,
            AcknowledgeLink = acknowledge, Others = Others, OtherCount = OtherCount, Link = link,
        };

    /// <summary>This one with what the others say: nothing is left out of the count.</summary>
    public NotificationBody With(IReadOnlyList<(string Event, NotificationBody Body)> others) => this with
    {
        Others = [.. Others.Concat(others.SelectMany(o => o.Body.Others.Prepend(Line(o.Event, o.Body)))).Take(NotificationLimits.Others)],
        OtherCount = OtherCount + others.Sum(o => 1 + o.Body.OtherCount),
    };

    /// <summary>Several as one list; the first is one among them.</summary>
    public static NotificationBody Digest(IReadOnlyList<(string Event, NotificationBody Body)> all)
    {
        var count = all.Sum(a => 1 + a.Body.OtherCount);
        var worst = AlertSeverity.All.Last(s => all.Any(a => a.Body.Severity == s));
        var first = all[0].Body;
        return new NotificationBody
        {
            Severity = worst, Title = $"{count} notifications, the worst {worst}", Message = "What was gathered since the last time.", StartedAt = all.Min(a => a.Body.StartedAt),
            Organization = all.All(a => a.Body.Organization == first.Organization) ? first.Organization : null,
            Others = [.. all.SelectMany(a => a.Body.Others.Prepend(Line(a.Event, a.Body))).Take(NotificationLimits.Others)], OtherCount = count,
        };
    }

    static string Line(string happened, NotificationBody body) => happened switch
    {
        "resolved" => $"Resolved: {body.Title}",
        "acknowledged" => $"Acknowledged: {body.Title}",
        _ => body.Title,
    };
}
