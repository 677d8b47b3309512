using Breeze.Core.Expressions;
using Breeze.Core.Identity;
using Breeze.Core.Tenancy;
using Breeze.Features.Alerting.Conditions;
using Scriban;

namespace Breeze.Features.Alerting.Rules;

/// <summary>Brings what somebody wrote into a rule, or says what is wrong with it.</summary>
public sealed class RuleCheck(AlertConditions conditions, ExpressionEngine expressions)
{
    const int LongestText = 4000;
    const int LongestTitle = 1000;
    const int LongestMessage = 10_000;
    const int LongestDescription = 2000;
    const int LongestReopen = 1440;

    public async Task<RuleProblem?> ApplyAsync(AlertRule rule, AlertRuleChange change, CancellationToken cancellationToken)
    {
        if (TenantNames.Clean(change.Name ?? rule.Name) is not { } name)
        {
            return new(TenantNames.Invalid(), "name");
        }
        rule.Name = name;
        rule.Enabled = change.Enabled ?? rule.Enabled;
        rule.Severity = change.Severity ?? rule.Severity;
        rule.Per = change.Per ?? rule.Per;
        rule.ReopenMinutes = change.ReopenMinutes ?? rule.ReopenMinutes;
        return Words(rule, change) ?? Choices(rule) ?? await ExpressionsAsync(rule, change, cancellationToken);
    }

    static RuleProblem? Choices(AlertRule rule) =>
        !AlertSeverity.All.Contains(rule.Severity) ? RuleProblem.Of("severity", "severity_invalid", $"The severity is one of {string.Join(", ", AlertSeverity.All)}.")
        : rule.Per is not (AlertPer.Series or AlertPer.Device) ? RuleProblem.Of("per", "per_invalid", "per is series (an alert for each disk, interface and so on) or device (one for the device).")
        : rule.ReopenMinutes is < 0 or > LongestReopen ? RuleProblem.Of("reopen_minutes", "reopen_minutes_invalid", $"reopen_minutes lies between 0 and {LongestReopen}.")
        : null;

    static RuleProblem? Words(AlertRule rule, AlertRuleChange change)
    {
        (rule.Description, rule.Title, rule.Message) = (change.Description?.Trim() ?? rule.Description, change.Title?.Trim() ?? rule.Title, change.Message?.Trim() ?? rule.Message);
        rule.RunbookUrl = change.RunbookUrl?.Trim() ?? rule.RunbookUrl;
        if (rule.RunbookUrl.Length > 0 && !(Uri.TryCreate(rule.RunbookUrl, UriKind.Absolute, out var link) && link.Scheme is "http" or "https" && rule.RunbookUrl.Length <= 2000))
        {
            return RuleProblem.Of("runbook_url", "runbook_url_invalid", "The runbook is a link that begins with https:// or http://.");
        }
        return TooLong("description", rule.Description, LongestDescription) ?? TooLong("title", rule.Title, LongestTitle) ?? TooLong("message", rule.Message, LongestMessage)
            ?? TemplateProblem("title", rule.Title) ?? TemplateProblem("message", rule.Message);
    }

    static RuleProblem? TooLong(string field, string text, int most) =>
        text.Length > most || text.Contains('\0', StringComparison.Ordinal) ? RuleProblem.Of(field, $"{field}_invalid", $"The {field} has at most {most} characters; this one has {text.Length}.") : null;

    static RuleProblem? TemplateProblem(string field, string text)
    {
        var template = Template.Parse(text);
        return !template.HasErrors ? null : RuleProblem.Of(field, $"{field}_invalid", $"The {field} is not a template: {template.Messages[0].Message} (line {template.Messages[0].Span.Start.Line + 1})");
    }

    async Task<RuleProblem?> ExpressionsAsync(AlertRule rule, AlertRuleChange change, CancellationToken cancellationToken)
    {
        var condition = Text(change.Condition ?? rule.Condition);
        if (condition.Length == 0)
        {
            return RuleProblem.Of("condition", "condition_missing", "Say when to raise the alert: cpu.percent > 90 for 15m.");
        }
        var parsed = await conditions.ParseAsync(condition, cancellationToken);
        if (parsed.Condition is null)
        {
            return RuleProblem.In("condition", parsed.Error!);
        }
        rule.Condition = parsed.Condition.Text;
        var recovery = Text(change.Recovery ?? rule.Recovery);
        if (recovery.Length > 0)
        {
            parsed = await conditions.ParseAsync(recovery, cancellationToken);
            if (parsed.Condition is null)
            {
                return RuleProblem.In("recovery", parsed.Error!);
            }
            recovery = parsed.Condition.Text;
        }
        rule.Recovery = recovery;
        var target = Text(change.Target ?? rule.Target);
        if (target.Length > 0)
        {
            var result = await expressions.ParseAsync(target, cancellationToken);
            if (!result.IsValid)
            {
                return RuleProblem.In("target", result.Error);
            }
            target = result.Expression.Text;
        }
        rule.Target = target;
        return new[] { ("condition", rule.Condition), ("recovery", rule.Recovery), ("target", rule.Target) }.Select(t => TooLong(t.Item1, t.Item2, LongestText)).FirstOrDefault(p => p is not null);
    }

    /// <summary>As it stands in the field again.</summary>
    static string Text(string text) => text.ReplaceLineEndings("\n").Trim();
}
