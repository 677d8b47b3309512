using System.Collections.Concurrent;
using System.Globalization;
using Breeze.Core.Expressions;
using Breeze.Core.Metrics;
using Breeze.Core.Transport;
using Breeze.Features.Alerting.Rules;
using Scriban;
using Scriban.Runtime;

namespace Breeze.Features.Alerting.Evaluation;

/// <summary>What an alert says of its device.</summary>
sealed record DeviceText(string Name, string Hostname, string Organization, string Site, string Os, string[] Tags);

/// <summary>Titles and messages, by the rule's templates. A template that fails says what it would without one: an alert is never lost over its words.</summary>
static class AlertTexts
{
    const int MaximumTitle = 1000;
    const int MaximumMessage = 20_000;
    const int MaximumTemplates = 5_000;
    static readonly TimeSpan MaximumTime = TimeSpan.FromSeconds(1);
    static readonly ConcurrentDictionary<string, Template> Templates = Begin();

    public static (string Title, string Message) Render(CompiledRule compiled, DeviceText device, string label, double value, DateTimeOffset at)
    {
        var rule = compiled.Rule;
        var shown = Value(compiled, value);
        var series = Label(label);
        var title = Render(rule.Title, compiled, device, label, value, at, MaximumTitle) ?? Plain(rule, device, series, shown);
        var message = Render(rule.Message, compiled, device, label, value, at, MaximumMessage) ?? $"The condition of the rule “{rule.Name}” is met: {compiled.ConditionText}{(shown.Length > 0 ? $". Value: {shown}" : "")}.";
        return (AgentText.Clean(title, MaximumTitle) is { Length: > 0 } clean ? clean : Plain(rule, device, series, shown), AgentText.CleanOutput(message, MaximumMessage - 100));
    }

    /// <summary>The value with its unit, as people write it; empty when there is none.</summary>
    public static string Value(CompiledRule rule, double value)
    {
        var field = rule.ValueField;
        var shown = Value(field, value);
        return shown.Length > 0 && field is Conditions.WindowField { Kind: Conditions.WindowKind.Rate } ? $"{shown}/s" : shown;
    }

    /// <summary>A value of a field, as people write it.</summary>
    public static string Value(ExpressionField? field, double value) =>
        !double.IsFinite(value) || field is null ? "" : field.Type switch
        {
            FieldType.Percent => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} %"),
            FieldType.Ratio => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %"),
            FieldType.Size => Size(value),
            FieldType.Duration when value is >= 0 and < 1e9 => LiteralText.Write(TimeSpan.FromSeconds(Math.Round(value))),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.###}"),
        };

    /// <summary><c>mountpoint="/"</c> as <c>/</c>.</summary>
    public static string Label(string label) => label.Length == 0 ? "" : string.Join(", ", MetricName.Labels($"x{{{label}}}").Values);

    static string Plain(AlertRule rule, DeviceText device, string series, string value) =>
        AgentText.Clean($"{rule.Name}: {(series.Length > 0 ? $"{series} of " : "")}{device.Name}{(value.Length > 0 ? $" is at {value}" : "")}", MaximumTitle);

    /// <summary>The first rendering of a process costs what all others do not, on a busy machine more than the time that a template has.</summary>
    static ConcurrentDictionary<string, Template> Begin()
    {
        const string First = "{{ device.name }} {{ value }}";
        var template = Template.Parse(First);
        var context = new TemplateContext();
        context.PushGlobal(new ScriptObject { ["device"] = new ScriptObject { ["name"] = "" }, ["value"] = "" });
        template.Render(context);
        return new([new(First, template)]);
    }

    static string? Render(string text, CompiledRule compiled, DeviceText device, string label, double value, DateTimeOffset at, int maximum)
    {
        if (text.Length == 0)
        {
            return null;
        }
        if (Templates.Count > MaximumTemplates)
        {
            Templates.Clear();
        }
        var template = Templates.GetOrAdd(text, static t => Template.Parse(t));
        if (template.HasErrors)
        {
            return null;
        }
        using var limit = new CancellationTokenSource(MaximumTime);
        var context = new TemplateContext
        {
            TemplateLoader = null, LoopLimit = 1000, RecursiveLimit = 20, LimitToString = maximum, StrictVariables = false, EnableRelaxedMemberAccess = true,
            RegexTimeOut = MaximumTime, CancellationToken = limit.Token, MemberRenamer = m => m.Name,
        };
        try
        {
            context.PushGlobal(Facts(compiled, device, label, value, at));
            return template.Render(context);
        }
        catch (Exception e) when (e is Scriban.Syntax.ScriptRuntimeException or InvalidOperationException or ArgumentException or OperationCanceledException or OverflowException)
        {
            return null;
        }
    }

    static ScriptObject Facts(CompiledRule compiled, DeviceText device, string label, double value, DateTimeOffset at)
    {
        var labels = new ScriptObject();
        foreach (var (key, text) in MetricName.Labels($"x{{{label}}}"))
        {
            labels[key] = text;
        }
        return new()
        {
            ["device"] = new ScriptObject
            {
                ["name"] = device.Name, ["hostname"] = device.Hostname, ["organization"] = device.Organization, ["site"] = device.Site, ["os"] = device.Os, ["tags"] = new ScriptArray(device.Tags),
            },
            ["rule"] = new ScriptObject { ["name"] = compiled.Rule.Name, ["severity"] = compiled.Rule.Severity, ["description"] = compiled.Rule.Description, ["runbook_url"] = compiled.Rule.RunbookUrl },
            ["value"] = Value(compiled, value), ["number"] = double.IsFinite(value) ? value : null, ["label"] = Label(label), ["labels"] = labels,
            ["at"] = at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        };
    }

    static string Size(double bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB", "PB"];
        var unit = 0;
        while (Math.Abs(bytes) >= 1000 && unit < units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {units[unit]}");
    }
}
