using Breeze.Core.Tenancy;
using Breeze.Features.Alerting;
using Breeze.Features.Alerting.Healing;
using Breeze.Features.Alerting.Rules;

namespace Breeze.Web.Pages.Alerts;

/// <summary>A rule as its form has it.</summary>
public sealed class RuleForm
{
    public string? Name { get; set; }
    public string? Description { get; set; }
    public bool Enabled { get; set; }
    public string? Severity { get; set; }
    public string? Condition { get; set; }
    public string? Recovery { get; set; }
    public string? Target { get; set; }
    public string? Per { get; set; }
    public string? Title { get; set; }
    public string? Message { get; set; }
    public string? RunbookUrl { get; set; }
    public int? ReopenMinutes { get; set; }

    /// <summary>Whether the fields of the script were there to fill in; otherwise it stays as it is.</summary>
    public bool ActionShown { get; set; }
    public bool RunsScript { get; set; }
    public string? Runtime { get; set; }
    public string? Script { get; set; }
    public int? ScriptTimeout { get; set; } = 300;
    public string? ScriptWhen { get; set; } = RuleAction.After;
    public int? AtMostPerHour { get; set; } = 1;

    /// <summary>Whether somebody who may not change the script takes it away.</summary>
    public bool DropsScript { get; set; }

    /// <summary>Empty for the whole partner, an organization, or <c>organization/site</c>.</summary>
    public string? Place { get; set; }

    public static RuleForm New(string? place) => new() { Enabled = true, Severity = AlertSeverity.Warning, Per = AlertPer.Series, ReopenMinutes = 15, Place = place };

    public static RuleForm Of(AlertRule rule)
    {
        var action = RuleAction.Parse(rule.Action);
        return new()
        {
            Name = rule.Name, Description = rule.Description, Enabled = rule.Enabled, Severity = rule.Severity, Condition = rule.Condition, Recovery = rule.Recovery, Target = rule.Target, Per = rule.Per,
            Title = rule.Title, Message = rule.Message, RunbookUrl = rule.RunbookUrl, ReopenMinutes = rule.ReopenMinutes, RunsScript = action is not null, Runtime = action?.Runtime, Script = action?.Script,
            ScriptTimeout = action?.TimeoutSeconds ?? 300, ScriptWhen = action?.When ?? RuleAction.After, AtMostPerHour = action?.AtMostPerHour ?? 1,
        };
    }

    /// <summary>All fields: a form says everything.</summary>
    public AlertRuleChange Change(Guid? parentId)
    {
        var place = (Place ?? "").Split('/');
        return new()
        {
            Name = Name ?? "", Description = Description ?? "", Enabled = Enabled, Severity = Severity, Condition = Condition ?? "", Recovery = Recovery ?? "", Target = Target ?? "", Per = Per,
            Title = Title ?? "", Message = Message ?? "", RunbookUrl = RunbookUrl ?? "", ReopenMinutes = ReopenMinutes, Action = DropsScript ? new(true, null) : ActionShown ? new(true, Action) : default,
            OrganizationId = Guid.TryParse(place[0], out var organization) ? organization : null, SiteId = place.Length == 2 && Guid.TryParse(place[1], out var site) ? site : null, ParentId = parentId,
        };
    }

    RuleAction? Action => !RunsScript ? null : new()
    {
        Kind = RuleAction.ScriptKind, Runtime = Runtime ?? "", Script = Script ?? "", TimeoutSeconds = ScriptTimeout ?? 0, When = ScriptWhen ?? "", AtMostPerHour = AtMostPerHour ?? 0,
    };
}
