namespace Breeze.Features.Alerting;

/// <summary>The names of alerting's topics on the <see cref="Core.Events.EventBus"/>. Messages say that something changed; who cares reads it.</summary>
public static class AlertTopics
{
    /// <summary>Rules changed; the message is the partner's id.</summary>
    public const string Rules = "alert-rules";

    /// <summary>There are events to route.</summary>
    public const string Events = "alert-events";

    /// <summary>There are notifications to deliver.</summary>
    public const string Notifications = "alert-notifications";

    /// <summary>What alerts are suppressed by changed: windows, dependencies.</summary>
    public const string Suppression = "alert-suppression";

    /// <summary>Escalations or schedules changed, so that something may be due sooner.</summary>
    public const string Escalations = "alert-escalations";

    /// <summary>There are scripts of rules to run.</summary>
    public const string Scripts = "alert-scripts";

    /// <summary>Alerts of a partner changed, for open pages; the message is JSON: <c>{"type":"alerts"}</c>.</summary>
    public static string Partner(Guid partnerId) => $"partner:{partnerId:n}:alerts";
}
