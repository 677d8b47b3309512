using System.Globalization;
using System.Text.Json;
using Breeze.Core.Transport;

namespace Breeze.Features.Alerting.Healing;

/// <summary>A run whose command is to be queued.</summary>
/// <param name="Text">The line of the timeline.</param>
sealed record HealingCommand(HealingRow Row, Guid CommandId, string Payload, string Text)
{
    const int LongestText = 1000;

    public static HealingCommand Of(HealingRow row, DateTimeOffset now)
    {
        var action = row.Action!;
        return new(
            row, Guid.CreateVersion7(now), JsonSerializer.Serialize(new { runtime = action.Runtime, content = action.Script, parameters = Variables(row) }),
            $"{action.Runtime} on {row.Device}, for {action.TimeoutSeconds} s at most.");
    }

    /// <summary>What the script knows of the alert. Runtimes hand it over as variables of the environment, so that nothing of it is ever code.</summary>
    static Dictionary<string, string> Variables(HealingRow row) => new()
    {
        ["BREEZE_ALERT_ID"] = row.AlertId.ToString(),
        ["BREEZE_ALERT_TITLE"] = AgentText.Clean(row.Title, LongestText),
        ["BREEZE_ALERT_LABEL"] = AgentText.Clean(row.Label, LongestText),
        ["BREEZE_ALERT_VALUE"] = row.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "",
        ["BREEZE_ALERT_SEVERITY"] = row.Severity,
        ["BREEZE_ALERT_STARTED_AT"] = row.StartedAt.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["BREEZE_ALERT_RULE"] = AgentText.Clean(row.Rule, LongestText),
        ["BREEZE_ALERT_RULE_ID"] = row.RuleId.ToString(),
        ["BREEZE_DEVICE_ID"] = row.DeviceId.ToString(),
    };
}
