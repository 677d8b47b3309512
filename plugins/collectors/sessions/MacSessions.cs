using System.Globalization;
using Breeze.Sdk;

namespace Breeze.Collectors.Sessions;

/// <summary>Asks <c>who</c>. Written from its manual; only the parser has run.</summary>
sealed class MacSessions(IProcessRunner processes, TimeProvider time) : ISessionReader
{
    public async ValueTask<IReadOnlyList<SessionInfo>> ReadAsync(CancellationToken cancellationToken) =>
        [.. Parse((await Tool.RunAsync(processes, "/usr/bin/who", [], TimeSpan.FromSeconds(4), cancellationToken).ConfigureAwait(false)).Good, time.GetUtcNow())];

    /// <summary>User, line, month, day, time, and where from in brackets. There is no year: it is the last one that is not in the future.</summary>
    public static IEnumerable<SessionInfo> Parse(string? text, DateTimeOffset now)
    {
        foreach (var line in Lines.Of(text))
        {
            if (Lines.Words(line, 6) is not [var user, var terminal, var month, var day, var clock, .. var rest])
                continue;
            var host = rest.Length > 0 ? rest[0].Trim('(', ')', ' ') : "";
            yield return new SessionInfo(terminal, user, host.Length > 0 ? "remote" : "console", "active", Since($"{month} {day} {clock}", now), Lines.Full(host));
        }
    }

    static DateTimeOffset? Since(string text, DateTimeOffset now)
    {
        foreach (var year in (ReadOnlySpan<int>)[now.Year, now.Year - 1])
        {
            if (DateTimeOffset.TryParseExact($"{year} {text}", "yyyy MMM d HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at <= now.AddDays(1))
                return at;
        }
        return null;
    }
}
