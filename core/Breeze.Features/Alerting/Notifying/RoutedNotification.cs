namespace Breeze.Features.Alerting.Notifying;

/// <summary>A notification as it is stored: to be told, or told by another.</summary>
sealed record RoutedNotification(Guid Id, RoutedAlert Alert, RoutedTelling Telling)
{
    public NotificationBody Body { get; init; } = Alert.Body;

    /// <summary>The notification that says this one's part as well.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>Alerts of one rule that a channel would hear of in one breath become one, under the worst of them. What a route gathers is gathered later, and who ends each alert by itself hears of each.</summary>
    public static List<RoutedNotification> Group(IReadOnlyList<RoutedNotification> all)
    {
        var severities = AlertSeverity.All.ToList();
        var grouped = new List<RoutedNotification>();
        foreach (var group in all.GroupBy(n => (n.Telling, n.Alert.Kind, n.Alert.RuleId ?? n.Id, n.Alert.Body.Incident)))
        {
            var head = group.OrderByDescending(n => severities.IndexOf(n.Body.Severity)).ThenBy(n => n.Id).First();
            var others = group.Key.Telling.IsGathered || group.Key.Telling.IsApart ? [] : group.Where(n => n != head).OrderBy(n => n.Id).ToList();
            if (others.Count == 0)
            {
                grouped.AddRange(group);
                continue;
            }
            grouped.Add(head with { Body = head.Body.With([.. others.Select(o => (o.Alert.Kind, o.Body))]) });
            grouped.AddRange(others.Select(o => o with { MergedInto = head.Id }));
        }
        return grouped;
    }
}
