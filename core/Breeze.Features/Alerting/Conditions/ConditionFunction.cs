using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>A function that conditions have, as whoever writes one is told of it.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Shape">With what stands in its brackets.</param>
/// <param name="Says">What it is.</param>
/// <param name="Spans">The usual lengths of time behind what is measured; none where there is no such thing.</param>
/// <param name="IsNumber">Whether it is compared as a number.</param>
sealed record ConditionFunction(string Name, string Shape, string Says, IReadOnlyList<string> Spans, bool IsNumber)
{
    static readonly string[] Back = ["10m", "5m", "1h", "1d"];

    /// <summary>Those over what is measured.</summary>
    public static IReadOnlyList<ConditionFunction> Measured { get; } =
    [
        new("avg", "avg(…, 10m)", "the average of the last minutes or hours", Back, true),
        new("min", "min(…, 10m)", "the least of the last minutes or hours", Back, true),
        new("max", "max(…, 10m)", "the most of the last minutes or hours", Back, true),
        new("rate", "rate(…, 10m)", "how fast a running total grows, per second", Back, true),
        new("forecast", "forecast(…, 4d)", "what it will be then, if it goes on as in the last day", ["4d", "1d", "7d", "30d"], true),
        new("baseline", "baseline(…)", "how far it is from what is usual at this hour of the week", [], true),
        new("absent", "absent(…)", "the device checks in without measuring it", [], false),
    ];

    public static IReadOnlyList<ConditionFunction> All { get; } =
    [
        .. Measured,
        new("event", "event(\"…\")", "the device's log has such entries", [], false),
        new("compliance", "compliance(\"…\")", "what a policy says of the device", [], false),
        new("script", "script(\"…\")", "the exit code of a script's last run", [], true),
    ];

    public static ConditionFunction? Find(string name) => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a field that is measured can stand in its brackets: a running total says nothing by itself, and what is none has no rate.</summary>
    public bool Takes(ExpressionField field) => Name switch
    {
        "rate" => field is NumberField { IsCounter: true },
        "avg" or "min" or "max" => field is not NumberField { IsCounter: true },
        _ => true,
    };

    public bool TakesMeasured => Measured.Contains(this);

    /// <summary>What stands behind what is measured, as one begins with it.</summary>
    public string Rest => Spans.Count > 0 ? $", {Spans[0]}) " : ") ";
}
