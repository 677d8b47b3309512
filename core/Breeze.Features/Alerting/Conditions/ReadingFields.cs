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

    public static bool IsReading(ExpressionField field) => field.Form == FieldForm.Labelled || field.Name is Cpu or Memory or DiskUsed or DiskFree;
}
