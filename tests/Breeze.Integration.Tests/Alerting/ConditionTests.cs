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
        ReadingFields.Counter("system.network.io", "By", "device"),
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
    [InlineData("AVG( cpu.percent , 10 m ) > 90%", "avg(cpu.percent, 10m) > 90%")]
    [InlineData("min(memory.percent, 1h) > 80 for 5m and max(disk.used_percent, 24h) > 99", "min(memory.percent, 1h) > 80 for 5m and max(disk.used_percent, 1d) > 99")]
    [InlineData("rate(metric(\"system.network.io\", device = \"eth0\"), 10m) > 10 MB", "rate(metric(\"system.network.io\", device = \"eth0\"), 10m) > 10 MB")]
    [InlineData("forecast(metric(\"system.filesystem.utilization\"), 4d) > 98%", "forecast(system.filesystem.utilization, 4d) > 98%")]
    [InlineData("baseline(cpu.percent) > 3", "baseline(cpu.percent) > 3")]
    [InlineData("absent(metric(\"system.network.io\")) for 10m", "absent(system.network.io) for 10m")]
    [InlineData("not absent(cpu.percent)", "not (absent(cpu.percent))")]
    [InlineData("event(\"System\", id = \"7\", level = Error, count >= 5, within = 10m)", "event(\"System\", id = \"7\", level = \"error\", count >= 5, within = 10m)")]
    [InlineData("event(message = \"disk\", source = \"kernel\") for 1m", "event(\"kernel\", message = \"disk\", count >= 1, within = 10m) for 1m")]
    [InlineData("script(\"check backup\") != 0", "script(\"check backup\") != 0")]
    [InlineData("compliance(\"policy\") in (\"failed\", \"drifted\")", "compliance(\"policy\") in (\"failed\", \"drifted\")")]
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
    [InlineData("live and avg(cpu.percent) > 90", 25, "how far back", ", 10m")]
    [InlineData("avg(cpu.percent, 10) > 90", 18, "with its unit", "10m")]
    [InlineData("avg(cpu.percent, 25h) > 90", 18, "1d at most", null)]
    [InlineData("max(cpu.percent, 10s) > 90", 18, "one minute at least", null)]
    [InlineData("avg(cpu.percent, 10m)", 1, "wants a comparison", null)]
    [InlineData("avg(cpu.percent, 10m > 90", 22, "closing bracket", ")")]
    [InlineData("avg(cpu.precent, 10m) > 90", 5, "Did you mean", "cpu.percent")]
    [InlineData("avg(hostname, 10m) > 90", 5, "not measured", null)]
    [InlineData("avg(cpu.percent, 10m) is empty", 1, "says nothing", null)]
    [InlineData("avg(metric(\"system.network.io\"), 10m) > 10 MB", 1, "running total", "rate")]
    [InlineData("rate(cpu.percent, 10m) > 10", 1, "no running total", "avg")]
    [InlineData("forecast(metric(\"system.filesystem.utilization\"), 31d) > 98%", 51, "30d at most", "4d")]
    [InlineData("baseline(cpu.percent, 10m) > 3", 21, "closing bracket", ")")]
    [InlineData("absent(hostname)", 8, "not measured", null)]
    [InlineData("event()", 1, "which entries", null)]
    [InlineData("event(count >= 5)", 1, "which entries", null)]
    [InlineData("event(\"System\", count > 5)", 23, "from a number on", ">=")]
    [InlineData("event(\"System\", level = \"bad\")", 25, "A level is one of", "error")]
    [InlineData("event(\"System\", channel = \"x\")", 17, "have no `channel`", null)]
    [InlineData("event(\"System\", within = 8d)", 26, "7 days at most", null)]
    [InlineData("script() != 0", 8, "name goes in the brackets", null)]
    [InlineData("compliance(\"policy\") = \"bad\"", 24, "is never", null)]
    [InlineData("avg(cpu.percent, 1m) > 1 and avg(cpu.percent, 2m) > 1 and avg(cpu.percent, 3m) > 1 and avg(cpu.percent, 4m) > 1 and avg(cpu.percent, 5m) > 1 and avg(cpu.percent, 6m) > 1 and avg(cpu.percent, 7m) > 1 and avg(cpu.percent, 8m) > 1 and avg(cpu.percent, 9m) > 1", 1, "look at stored readings", null)]
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
