using System.Globalization;
using System.Text.Json;
using Breeze.Core.Devices.Bulk;
using Microsoft.AspNetCore.WebUtilities;

namespace Breeze.Web.Pages.Actions;

/// <summary>What a person filled in to start an action on the devices that they chose.</summary>
public sealed class BulkForm
{
    public string Kind { get; set; } = "";

    public Guid[] Selected { get; set; } = [];

    /// <summary>Whether all devices are meant that fit the view of the list.</summary>
    public bool All { get; set; }

    /// <summary>How many devices the person was told it is.</summary>
    public int Count { get; set; }

    /// <summary>The query of the list's address.</summary>
    public string? View { get; set; }

    /// <summary>The count once more, typed.</summary>
    public string? Confirm { get; set; }

    public string? Tags { get; set; }
    public Guid? SiteId { get; set; }
    public Guid? GroupId { get; set; }
    public string? FieldName { get; set; }
    public string? FieldValue { get; set; }
    public string? FieldType { get; set; }

    /// <summary>How long maintenance lasts; none is until somebody ends it.</summary>
    public int? Hours { get; set; }

    public string Runtime { get; set; } = "bash";
    public string? Content { get; set; }
    public int Timeout { get; set; } = 300;

    public int Devices => All ? Count : Selected.Distinct().Count();

    public ScriptForm Script => new() { Runtime = Runtime, Content = Content, Timeout = Timeout };

    public BulkRequest ToRequest(DateTimeOffset now) =>
        new(Kind, JsonSerializer.SerializeToElement(Parameters(now)), All ? null : [.. Selected.Distinct()], All ? Filter() : null) { Expected = All ? Count : null };

    Dictionary<string, object?> Parameters(DateTimeOffset now) => Kind switch
    {
        "tags.add" or "tags.remove" => new() { ["tags"] = (Tags ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "site.move" => new() { ["site_id"] = SiteId },
        "group.add" or "group.remove" => new() { ["group_id"] = GroupId },
        "field.set" => new() { ["name"] = FieldName?.Trim(), ["value"] = Value() },
        "field.clear" => new() { ["name"] = FieldName?.Trim() },
        "maintenance.on" when Hours is > 0 and <= 8760 => new() { ["until"] = now.AddHours(Hours.Value) },
        "script.run" => new() { ["runtime"] = Runtime, ["content"] = Content, ["timeout_seconds"] = Timeout },
        _ => [],
    };

    object? Value() => FieldType switch
    {
        "number" => decimal.TryParse(FieldValue, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        "flag" => FieldValue?.Trim().ToLowerInvariant() switch { "true" or "yes" => true, "false" or "no" => false, _ => null },
        _ => FieldValue?.Trim(),
    };

    /// <summary>The view of the device list as its address says.</summary>
    BulkFilter Filter()
    {
        var query = QueryHelpers.ParseQuery(View);
        string? Text(string name) => query.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.ToString() : null;
        // What is no id fits nothing, and not everything.
        Guid? Id(string name) => Text(name) is not { } text ? null : Guid.TryParse(text, out var id) ? id : Guid.Empty;
        return new()
        {
            Expression = Text("filter"), Text = Text("q"), Status = Text("status"), System = Text("os"), GroupId = Id("group"), OrganizationId = Id("org"), SiteId = Id("site"),
        };
    }
}
