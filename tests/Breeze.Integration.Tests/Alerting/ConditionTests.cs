using Breeze.Core.Expressions;
using Breeze.Features.Alerting.Conditions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>What a condition of an alert rule can say, and what is said of those that are none.</summary>
public sealed class ConditionTests
{
    static readonly ExpressionCatalog Catalog = ExpressionCatalog.BuiltIn.With(
    [
        ReadingFields.Metric("system.filesystem.utilization", "1", "mountpoint"),
        ReadingFields.Metric("system.network.io", "By", "device"),
    ]);

    [Theory]
    [InlineData("cpu.percent > 90 for 15m", "cpu.percent > 90 for 15m")]
    [InlineData("CPU.Percent>90% FOR 15 minutes", "cpu.percent > 90% for 15m")]
    [InlineData("((cpu.percent > 90)) for 90s", "cpu.percent > 90 for 1m30s")]
    [InlineData("(cpu.percent > 90 and memory.percent > 80) for 5m", "(cpu.percent > 90 and memory.percent > 80) for 5m")]
    [InlineData("cpu.percent > 90 and memory.percent > 80 for 5m", "cpu.percent > 90 and memory.percent > 80 for 5m")]
    [InlineData("metric(\"system.filesystem.utilization\") > 95% for 10m", "system.filesystem.utilization > 95% for 10m")]
    [InlineData("metric(\"system.filesystem.utilization\", mountpoint = \"/\") > 0.9", "metric(\"system.filesystem.utilization\", mountpoint = \"/\") > 0.9")]
    [InlineData("offline for 10m and tags has \"server\"", "offline for 10m and tags has \"server\"")]
    [InlineData("status = offline", "status = \"offline\"")]
    [InlineData("not (offline for 1h)", "not (offline for 1h)")]
    [InlineData("not offline for 1h", "not (offline for 1h)")]
    [InlineData("(not live) for 1h", "(not live) for 1h")]
    [InlineData("serial is empty for 1d", "(serial is empty) for 1d")]
    [InlineData("not (services(\"nginx\") = \"running\") for 5m", "not (services(\"nginx\") = \"running\" for 5m)")]
    public void A_condition_has_one_form_and_reads_as_the_same_again(string text, string normal)
    {
        var condition = Read(text);
        condition.Text.ShouldBe(normal);
        Read(normal).Text.ShouldBe(normal);
    }

    [Theory]
    [InlineData("", 1, "Write a condition such as cpu.percent > 90 for 15m", null)]
    [InlineData("cpu.percent > 90 for 15", 22, "length of time", "15m")]
    [InlineData("cpu.percent > 90 for", 21, "length of time", "15m")]
    [InlineData("cpu.percent > 90 for ever", 22, "length of time", "15m")]
    [InlineData("cpu.percent > 90 for 31d", 22, "at most 30 days", null)]
    [InlineData("(cpu.percent > 90 for 5m and live) for 10m", 36, "another `for`", null)]
    [InlineData("web-01", 1, "Unknown field", null)]
    [InlineData("\"web\"", 1, "nothing to search for", null)]
    [InlineData("cpu.precent > 90", 1, "Did you mean", "cpu.percent")]
    [InlineData("disk.percent > 90", 1, "Did you mean", "disk.used_percent")]
    [InlineData("service(\"nginx\") = \"stopped\"", 1, "Did you mean", "services")]
    [InlineData("live and avg(cpu.percent, 10m) > 90", 10, "not there", null)]
    [InlineData("rate(metric(\"system.network.io\"), 10m) > 10 MB", 1, "not there", null)]
    [InlineData("absent(metric(\"system.network.io\")) for 10m", 1, "not there", null)]
    [InlineData("forecast(metric(\"system.filesystem.utilization\"), 4d) > 98%", 1, "not there", null)]
    [InlineData("baseline(cpu.percent) > 3", 1, "not there", null)]
    [InlineData("event(\"System\", id = \"7\", count >= 5, within = 10m)", 1, "not there", null)]
    [InlineData("script(\"check\") != 0", 1, "not there", null)]
    [InlineData("compliance(\"policy\") = \"failed\"", 1, "not there", null)]
    [InlineData("cpu.percent is empty", 1, "says nothing", null)]
    [InlineData("cpu.percent > 90 and", 21, "ends where a condition should follow", null)]
    [InlineData("cpu.percent > 90 form 5m", 18, "and", null)]
    public void What_is_none_is_refused_with_its_place_and_what_to_write(string text, int column, string message, string? suggestion)
    {
        var (condition, error) = AlertConditions.Parse(text, Catalog);
        condition.ShouldBeNull();
        error.ShouldNotBeNull();
        error.Column.ShouldBe(column);
        error.Message.ShouldContain(message);
        if (suggestion is not null)
        {
            error.Suggestion.ShouldBe(suggestion);
        }
    }

    [Theory]
    [InlineData("cpu.percent > 90 for 15m", 18)]
    [InlineData("avg(cpu.percent, 10m) > 90", 1)]
    public void Elsewhere_its_words_are_said_to_belong_to_alert_conditions(string text, int column)
    {
        var error = ExpressionEngine.Parse(text, Catalog).Error.ShouldNotBeNull();
        error.Column.ShouldBe(column);
        error.Message.ShouldContain("only in alert conditions");
    }

    static AlertCondition Read(string text) => AlertConditions.Parse(text, Catalog) is { Condition: { } condition } result ? condition
        : throw new InvalidOperationException($"{text}: {AlertConditions.Parse(text, Catalog).Error}");
}
