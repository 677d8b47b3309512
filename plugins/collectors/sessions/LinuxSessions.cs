using System.Globalization;
using System.Runtime.InteropServices;
using Breeze.Sdk;

namespace Breeze.Collectors.Sessions;

/// <summary>Asks logind where systemd runs, and reads utmp elsewhere: newer systems have no utmp any more.</summary>
sealed class LinuxSessions(string root, IProcessRunner processes) : ISessionReader
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    public async ValueTask<IReadOnlyList<SessionInfo>> ReadAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path.Combine(root, "run/systemd/system")) && processes.Find("loginctl") is { } tool)
        {
            var list = await Tool.RunAsync(processes, tool, ["list-sessions", "--no-legend", "--no-pager"], Limit, cancellationToken).ConfigureAwait(false);
            if (list.Good is { } text)
            {
                string[] ids = [.. Lines.Of(text).Select(line => Lines.Words(line, 2)[0]).Where(id => id.All(char.IsAsciiLetterOrDigit)).Take(500)];
                if (ids.Length == 0)
                    return [];
                var shown = await Tool.RunAsync(processes, tool, ["show-session", "--no-pager", .. ids], Limit, cancellationToken).ConfigureAwait(false);
                return [.. Parse(shown.Text)];
            }
        }
        try
        {
            return [.. Utmp.Parse(File.ReadAllBytes(Path.Combine(root, "var/run/utmp")), RuntimeInformation.OSArchitecture)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Assignments, with a blank line between sessions.</summary>
    public static IEnumerable<SessionInfo> Parse(string text)
    {
        foreach (var block in text.Replace("\r", "", StringComparison.Ordinal).Split("\n\n"))
        {
            var fields = new Dictionary<string, string>();
            foreach (var line in Lines.Of(block))
            {
                if (line.Split('=', 2) is [var name, var value])
                    fields[name] = value;
            }
            // Greeters and user managers are sessions to logind, and nobody to us.
            if (fields.GetValueOrDefault("Class") != "user" || Lines.Full(fields.GetValueOrDefault("Id")) is not { } id || Lines.Full(fields.GetValueOrDefault("Name")) is not { } user)
                continue;
            var since = DateTimeOffset.TryParseExact(
                fields.GetValueOrDefault("Timestamp"), "ddd yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
            yield return new SessionInfo(
                id, user, fields.GetValueOrDefault("Remote") == "yes" ? "remote" : "console",
                fields.GetValueOrDefault("State") == "closing" ? "disconnected" : fields.GetValueOrDefault("IdleHint") == "yes" ? "idle" : "active",
                since, Lines.Full(fields.GetValueOrDefault("RemoteHost")));
        }
    }
}
