using System.Security.Cryptography;
using System.Text;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Alertmanager;

/// <summary>An alert of an Alertmanager in Breeze's words. Its texts come from outside and are cleaned and cut here.</summary>
sealed record ForeignAlert(string Fingerprint, bool IsFiring, string Severity, string Title, string Message, DateTimeOffset StartedAt, string? Host)
{
    const int MaximumTitle = 500;
    const int MaximumMessage = 8000;
    const int MaximumLabels = 60;

    /// <summary>Labels that name the machine, the surest first. Their value may carry a port.</summary>
    static readonly string[] HostLabels = ["hostname", "host", "nodename", "node", "instance"];

    /// <summary>Null for what is neither firing nor resolved.</summary>
    public static ForeignAlert? Of(AlertmanagerAlert alert, DateTimeOffset now)
    {
        if (alert.Status is not ("firing" or "resolved"))
        {
            return null;
        }
        var labels = (alert.Labels ?? []).Where(l => l.Value is not null).OrderBy(l => l.Key, StringComparer.Ordinal).Take(MaximumLabels).Select(l => (l.Key, Value: l.Value!)).ToList();
        var title = First(alert.Annotations, "summary", "title") ?? Label(labels, "alertname") ?? "Alert without a name";
        var started = alert.StartsAt is { } at && at <= now && at > DateTimeOffset.UnixEpoch ? at.ToUniversalTime() : now;
        return new(
            Print(alert.Fingerprint, labels), alert.Status == "firing", SeverityOf(Label(labels, "severity")), AgentText.Clean(title, MaximumTitle) is { Length: > 0 } clean ? clean : "Alert without a name",
            MessageOf(alert, labels), started, HostOf(labels));
    }

    static string MessageOf(AlertmanagerAlert alert, List<(string Key, string Value)> labels)
    {
        var text = new StringBuilder();
        if (First(alert.Annotations, "description", "message") is { } description)
        {
            text.Append(AgentText.Clean(description, MaximumMessage / 2)).Append("\n\n");
        }
        foreach (var (key, value) in labels)
        {
            text.Append(AgentText.Clean(key, 100)).Append(" = ").Append(AgentText.Clean(value, 300)).Append('\n');
        }
        foreach (var (name, link) in new[] { ("Runbook", First(alert.Annotations, "runbook_url")), ("Source", alert.GeneratorUrl) })
        {
            if (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                text.Append(name).Append(": ").Append(AgentText.Clean(uri.AbsoluteUri, 1000)).Append('\n');
            }
        }
        return text.Length > MaximumMessage ? text.ToString(0, MaximumMessage) : text.ToString().TrimEnd();
    }

    static string Print(string? given, List<(string Key, string Value)> labels) =>
        given is { Length: > 0 and <= 100 } && given.All(char.IsAsciiLetterOrDigit)
            ? given
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', labels.Select(l => $"{l.Key}\0{l.Value}")))))[..32];

    static string SeverityOf(string? label) => label?.ToLowerInvariant() switch
    {
        "critical" or "page" or "emergency" or "disaster" => AlertSeverity.Critical,
        "error" or "high" or "major" => AlertSeverity.Error,
        "info" or "information" or "informational" or "none" or "low" => AlertSeverity.Info,
        _ => AlertSeverity.Warning,
    };

    static string? HostOf(List<(string Key, string Value)> labels)
    {
        foreach (var name in HostLabels)
        {
            if (Label(labels, name) is { Length: > 0 and <= 300 } value)
            {
                var colon = value.LastIndexOf(':');
                return (colon > 0 && value.IndexOf(':') == colon ? value[..colon] : value).ToLowerInvariant();
            }
        }
        return null;
    }

    static string? First(Dictionary<string, string?>? values, params string[] names) =>
        names.Select(n => values?.GetValueOrDefault(n)).FirstOrDefault(v => !string.IsNullOrWhiteSpace(v));

    static string? Label(List<(string Key, string Value)> labels, string name) => labels.Find(l => l.Key == name).Value;
}
