using Breeze.Core.Expressions;

namespace Breeze.Features.Alerting.Conditions;

/// <summary>A number made of stored readings: <c>avg(cpu.percent, 10m)</c>. Its name is how it is written, so that the same question is asked once.</summary>
sealed class WindowField : ExpressionField
{
    public required WindowKind Kind { get; init; }

    /// <summary>What is measured.</summary>
    public required ExpressionField Of { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>How far back it looks, or ahead; nothing of a baseline.</summary>
    public TimeSpan Span { get; init; }

    /// <summary>What is asked of that which readings have: of disks what is used, so that least is free when most is used.</summary>
    public WindowKind Asked => Of.Name != ReadingFields.DiskFree ? Kind : Kind switch
    {
        WindowKind.Least => WindowKind.Greatest,
        WindowKind.Greatest => WindowKind.Least,
        var kind => kind,
    };

    /// <summary>Whether each series is looked at for itself.</summary>
    public bool HasSeries => Of.Form == FieldForm.Labelled;

    /// <summary>What the readings call it.</summary>
    public string Metric => ReadingFields.MetricOf(Of);
}
