using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>The fields that conditions take from each reading; all others are what is known of the device.</summary>
static class ReadingFields
{
    public const string Cpu = "cpu.percent";
    public const string Memory = "memory.percent";
    public const string DiskUsed = "disk.used_percent";
    public const string DiskFree = "disk.free_percent";

    /// <summary>A metric as a field, by its declaration.</summary>
    public static ExpressionField Metric(string name, string unit, params string[] labels) => FieldSources.Metric(name, unit, null, "", labels);

    /// <summary>A running total as a field.</summary>
    public static ExpressionField Counter(string name, string unit, params string[] labels) => FieldSources.Metric(name, unit, null, "", labels, isCounter: true);

    /// <summary>What readings call it.</summary>
    public static string MetricOf(ExpressionField field) => field.Name switch
    {
        Cpu => "system.cpu.utilization",
        Memory => "system.memory.utilization",
        DiskUsed or DiskFree => "system.filesystem.utilization",
        var name => name,
    };

    /// <summary>Whether it comes from readings, of now or of before.</summary>
    public static bool IsMeasured(ExpressionField field) => field is WindowField || IsReading(field);

    public static bool IsReading(ExpressionField field) => field.Form == FieldForm.Labelled || field.Name is Cpu or Memory or DiskUsed or DiskFree;
}
