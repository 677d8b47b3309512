namespace Breeze.Features.Alerting.Notifying;

/// <summary>A notification that waits for its turn.</summary>
sealed record Waiting(
    Guid Id, Guid? AlertId, string Event, NotificationBody Body, int Attempts, DateTimeOffset? TriedSince, Guid? RouteId, string? Gather, bool IsOpen, string? Recipient = null);

/// <summary>What is told in one breath: one notification, or several that waited together.</summary>
sealed record Telling(Waiting Head, string Event, NotificationBody Body, IReadOnlyList<Guid> Merged)
{
    /// <summary>What waits, in the order of its ids: what waited for the rate as one, what each route gathered as one, the rest one by one.</summary>
    public static IEnumerable<Telling> Of(IReadOnlyList<Waiting> waiting) => waiting
        .GroupBy(w => w.Gather switch
        {
            null => new Breath("", w.Id, null),
            // What is one person's is told with what is theirs alone.
            "rate" => new("rate", Guid.Empty, w.Recipient),
            _ => new("digest", w.RouteId ?? Guid.Empty, w.Recipient),
        })
        .Select(g => g.Count() == 1 ? One(g.First()) : g.Key.Kind == "digest" ? Digest([.. g]) : Together([.. g]));

    sealed record Breath(string Kind, Guid Id, string? Recipient);

    public static Telling One(Waiting w) => new(w, w.Event, w.Body, []);

    static Telling Digest(List<Waiting> all) => new(all[0], "digest", NotificationBody.Digest([.. all.Select(w => (w.Event, w.Body))]), [.. all.Skip(1).Select(w => w.Id)]);

    /// <summary>Under the title of the worst.</summary>
    static Telling Together(List<Waiting> all)
    {
        var severities = AlertSeverity.All.ToList();
        var head = all.OrderByDescending(w => severities.IndexOf(w.Body.Severity)).ThenBy(w => w.Id).First();
        var others = all.Where(w => w != head).ToList();
        return new(head, head.Event, head.Body.With([.. others.Select(w => (w.Event, w.Body))]), [.. others.Select(w => w.Id)]);
    }
}
