using Breeze.Core.Devices.List;
using Breeze.Core.Expressions;
using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Breeze.Web.Pages;

/// <summary>The device list's view, as the address says.</summary>
public sealed class DeviceFilter
{
    public static IReadOnlyList<string> Statuses { get; } = ["online", "offline", "pending", "maintenance", "quarantined"];

    public static IReadOnlyList<(string Value, string Label)> Systems { get; } =
        [("linux", "Linux"), ("windows", "Windows"), ("macos", "macOS"), ("other", "Other")];

    /// <summary>An expression; words by themselves search.</summary>
    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "os")]
    public string? System { get; set; }

    [FromQuery(Name = "group")]
    public Guid? Group { get; set; }

    /// <summary>A column with an order; a minus before it turns it round.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [FromQuery(Name = "view")]
    public Guid? View { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    /// <summary>What <see cref="Text"/> says; null when it is empty, or is no expression.</summary>
    [BindNever]
    public DeviceExpression? Expression { get; private set; }

    /// <summary>Why the text is no expression.</summary>
    [BindNever]
    public ExpressionError? Error { get; private set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Status) || !string.IsNullOrEmpty(System) || Group is not null;

    public bool IsDescending => Sort is ['-', ..];

    public string Order => DeviceOrder.Find((Sort ?? "").TrimStart('-')) is { } order ? (IsDescending ? "-" : "") + order.Name : DeviceOrder.Default;

    DeviceOrder OrderSpec => DeviceOrder.Find(Order.TrimStart('-'))!;

    /// <summary>What is asked of the database.</summary>
    internal DeviceQuery Query => new(OrderSpec)
    {
        Falls = IsDescending != OrderSpec.Turned, Expression = Expression, Status = Status is "" ? null : Status, System = System is "" ? null : System, GroupId = Group,
    };

    public string StatusWord => StatusWords.Of(Status ?? "").Word;

    /// <summary>Everything that narrows the list, as one expression.</summary>
    /// <param name="group">The name of the group.</param>
    public string AsExpression(string? group)
    {
        var text = (Text ?? "").Trim();
        List<string> parts = [.. new[]
        {
            text,
            string.IsNullOrEmpty(Status) ? "" : $"status = {QuickSearch.Quote(Status)}",
            string.IsNullOrEmpty(System) ? "" : $"os.family = {QuickSearch.Quote(System)}",
            group is null ? "" : $"group has {QuickSearch.Quote(group)}",
        }.Where(part => part.Length > 0)];
        // What was typed may hold an "or", which binds less than the "and" that follows.
        return parts.Count < 2 || text.Length == 0 ? string.Join(" and ", parts) : $"({text}) and {string.Join(" and ", parts.Skip(1))}";
    }

    /// <summary>Reads the text.</summary>
    public async Task ReadAsync(ExpressionEngine expressions, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Text))
        {
            return;
        }
        var result = await expressions.ParseAsync(Text, cancellationToken);
        (Expression, Error) = (result.Expression, result.Error);
    }
}
