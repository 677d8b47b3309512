namespace Breeze.Collectors.Sessions;

/// <summary>The inventory document.</summary>
sealed record SessionsDocument(IReadOnlyList<SessionInfo> Sessions)
{
    const int Most = 500;

    public static SessionsDocument Of(IEnumerable<SessionInfo> found) =>
        new([.. found.DistinctBy(session => session.Session).OrderBy(session => session.Session, StringComparer.Ordinal).Take(Most)]);
}

/// <summary>Kind is <c>console</c> or <c>remote</c>; state is <c>active</c>, <c>idle</c> or <c>disconnected</c>.</summary>
sealed record SessionInfo(string Session, string User, string Kind, string State, DateTimeOffset? Since, string? RemoteAddress);
