namespace Breeze.Features.Alerting.Notifying;

/// <summary>The routes and channels of one partner as they are now.</summary>
/// <param name="Routes">In the order in which they are asked.</param>
/// <param name="Channels">Those that are switched on, with the organization whose they are.</param>
/// <param name="Targets">The devices that each target finds among those asked about.</param>
/// <param name="Apart">The channels that are told of each alert by itself.</param>
sealed record RoutingPlan(IReadOnlyList<NotificationRoute> Routes, IReadOnlyDictionary<Guid, Guid?> Channels, IReadOnlyDictionary<string, HashSet<Guid>> Targets, IReadOnlySet<Guid> Apart)
{
    /// <summary>Whom to tell, each channel once: what tells at once wins over what waits.</summary>
    public IReadOnlyCollection<RoutedTelling> Of(RoutedAlert alert, DateTimeOffset now)
    {
        if (alert.IsSilent)
        {
            return [];
        }
        if (alert.FailingChannel is { } failing)
        {
            // By whatever is left: a route could lead to the very channel that fails.
            return [.. Channels.Where(c => c.Key != failing && (c.Value is null || c.Value == alert.OrganizationId)).Select(c => new RoutedTelling(c.Key, null, now, false, Apart.Contains(c.Key)))];
        }
        var tellings = new Dictionary<Guid, RoutedTelling>();
        foreach (var route in Routes.Where(r => Matches(r, alert, now)))
        {
            var quiet = alert.Body.Severity == AlertSeverity.Critical ? null : RouteHours.Parse(route.Quiet);
            var due = now.AddMinutes(route.DigestMinutes);
            due = quiet?.EndAfter(due) ?? due;
            foreach (var channel in route.ChannelIds.Where(c => Reaches(c, alert)))
            {
                var isApart = Apart.Contains(channel);
                var telling = new RoutedTelling(channel, route.Id, due, route.DigestMinutes > 0 && !isApart, isApart);
                if (!tellings.TryGetValue(channel, out var earlier) || telling.DueAt < earlier.DueAt)
                {
                    tellings[channel] = telling;
                }
            }
            if (route.Stops)
            {
                break;
            }
        }
        return tellings.Values;
    }

    /// <summary>The routes that the alert takes, as far as one that stops.</summary>
    public IEnumerable<NotificationRoute> Matching(RoutedAlert alert, DateTimeOffset now)
    {
        foreach (var route in Routes.Where(r => Matches(r, alert, now)))
        {
            yield return route;
            if (route.Stops)
            {
                yield break;
            }
        }
    }

    bool Matches(NotificationRoute route, RoutedAlert alert, DateTimeOffset now) =>
        (route.OrganizationId is null || route.OrganizationId == alert.OrganizationId)
        && (route.Severities.Length == 0 || route.Severities.Contains(alert.Body.Severity))
        && route.Events.Contains(alert.Kind)
        && (RouteHours.Parse(route.Hours)?.Contains(now) ?? true)
        && (route.Target.Length == 0 || (Targets.TryGetValue(route.Target, out var found) && alert.Devices.Any(found.Contains)));

    /// <summary>A channel of an organization never hears of another's alerts, whatever a route says.</summary>
    bool Reaches(Guid channel, RoutedAlert alert) => Channels.TryGetValue(channel, out var organization) && (organization is null || organization == alert.OrganizationId);
}

/// <summary>One channel to tell, and when.</summary>
/// <param name="IsGathered">Whether it waits for its route's digest.</param>
/// <param name="IsApart">Whether it is told by itself, whatever else there is to say.</param>
sealed record RoutedTelling(Guid ChannelId, Guid? RouteId, DateTimeOffset DueAt, bool IsGathered, bool IsApart);
