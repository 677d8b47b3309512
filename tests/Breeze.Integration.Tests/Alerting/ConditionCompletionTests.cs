using Breeze.Core.Expressions;
using Breeze.Features.Alerting.Conditions;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Alerting;

/// <summary>What is offered while a condition is written.</summary>
public sealed class ConditionCompletionTests
{
    static readonly ExpressionCatalog Catalog = ExpressionCatalog.BuiltIn.With(
    [
        ReadingFields.Metric("system.filesystem.utilization", "1", "mountpoint"),
        ReadingFields.Counter("system.network.io", "By", "device"),
    ]);

    [Theory]
    [InlineData("av", "avg(…, 10m)")]
    [InlineData("cpu.percent > 90 and fore", "forecast(…, 4d)")]
    [InlineData("(abs", "absent(…)")]
    [InlineData("m", "min(…, 10m)|max(…, 10m)")]
    [InlineData("avg(sys", "system.filesystem.utilization")]
    [InlineData("rate(", "system.network.io")]
    [InlineData("avg(cpu.percent ", ", 10m)")]
    [InlineData("avg(cpu.percent, ", "10m|5m|1h|1d")]
    [InlineData("avg(cpu.percent, 1", "10m|1h|1d")]
    [InlineData("avg(metric(\"system.filesystem.utilization\", mountpoint = \"/\") ", ", 10m)")]
    [InlineData("forecast(disk.used_percent, ", "4d|1d|7d|30d")]
    [InlineData("avg(cpu.percent, 10m) ", ">|>=|<|<=")]
    [InlineData("absent(cpu.percent) ", "for 15m")]
    [InlineData("cpu.percent > 90 ", "for 15m")]
    [InlineData("cpu.percent > 90 for ", "15m|5m|1h|1d")]
    [InlineData("compliance(\"Windows\") ", "=|!=")]
    [InlineData("compliance(\"Windows\") = ", "compliant|drifted|failed|unknown")]
    [InlineData("cpu.percent > ", "")]
    [InlineData("script(\"ba", "")]
    public void Conditions_offer_what_they_alone_can_say(string text, string expected) =>
        string.Join("|", ConditionCompletion.Own(text, Catalog).Suggestions.Select(s => s.Label)).ShouldBe(expected);

    [Fact]
    public void What_is_taken_one_after_the_other_is_a_condition_and_every_function_says_what_it_does()
    {
        var text = "";
        foreach (var typed in (string[])["fore", "disk.u", "> 90 for "])
        {
            text += typed;
            var first = ConditionCompletion.Own(text, Catalog).Suggestions[0];
            text = text[..first.Start] + first.Insert;
        }
        text.ShouldBe("forecast(disk.used_percent, 4d) > 90 for 15m ");
        AlertConditions.Parse(text, Catalog).Error.ShouldBeNull();
        ConditionFunction.All.ShouldAllBe(f => f.Says.Length > 10);
        foreach (var function in ConditionFunction.Measured)
        {
            var field = function.Name == "rate" ? "system.network.io" : "cpu.percent";
            AlertConditions.Parse($"{function.Name}({field}{function.Rest}{(function.IsNumber ? "> 1" : "")}", Catalog).Error.ShouldBeNull(function.Name);
        }
    }
}
