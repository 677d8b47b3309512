using System.Globalization;
using System.Text.Json;
using Breeze.Core.Devices.Bulk;

namespace Breeze.Web.Pages.Actions;

/// <summary>What a person filled in to start an action on the devices that they chose.</summary>
public sealed class BulkForm
{
    public string Kind { get; set; } = "";

    /// <summary>The ids of the devices, with commas between them: one field, since forms hold no thousands of them.</summary>
    public string? Selected { get; set; }

    /// <summary>Whether all devices are meant that fit the view of the list.</summary>
    public bool All { get; set; }

    /// <summary>How many devices the person was told it is, when all are meant.</summary>
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

    public int? Delay { get; set; }
    public string? Message { get; set; }

    public string Runtime { get; set; } = "bash";
    public string? Content { get; set; }
    public int Timeout { get; set; } = 300;

    public IReadOnlyList<Guid> Ids =>
        [.. (Selected ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => Guid.TryParse(t, out var id) ? id : Guid.Empty).Distinct()];

    public int Devices => All ? Count : Ids.Count;

    /// <summary>What is missing or cannot be meant so, in the words of the dialog; null when the kind may judge.</summary>
    public string? Problem => Kind switch
    {
        "tags.add" or "tags.remove" when string.IsNullOrWhiteSpace(Tags) => "Write at least one tag.",
        "site.move" when SiteId is null => "Choose the site that the devices go to.",
        "group.add" or "group.remove" when GroupId is null => "Choose a group.",
        "field.set" when FieldType == "number" && Value() is null => $"“{FieldValue}” is no number. Write digits, such as 12 or 0.5, or keep the value as text.",
        "field.set" when FieldType == "flag" && Value() is null => $"“{FieldValue}” is neither yes nor no. Write one of the two, or keep the value as text.",
        "script.run" when string.IsNullOrWhiteSpace(Content) => "Write a script.",
        _ => null,
    };

    public ScriptForm Script => new() { Runtime = Runtime, Content = Content, Timeout = Timeout };

    public BulkRequest ToRequest(BulkFilter? filter, DateTimeOffset now) =>
        new(Kind, JsonSerializer.SerializeToElement(Parameters(now)), All ? null : Ids, All ? filter : null) { Expected = All ? Count : null };

    Dictionary<string, object?> Parameters(DateTimeOffset now) => Kind switch
    {
        "tags.add" or "tags.remove" => new() { ["tags"] = (Tags ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "site.move" => new() { ["site_id"] = SiteId },
        "group.add" or "group.remove" => new() { ["group_id"] = GroupId },
        "field.set" => new() { ["name"] = FieldName?.Trim(), ["value"] = Value() },
        "field.clear" => new() { ["name"] = FieldName?.Trim() },
        "maintenance.on" when Hours is > 0 and <= 8760 => new() { ["until"] = now.AddHours(Hours.Value) },
        "script.run" => new() { ["runtime"] = Runtime, ["content"] = Content, ["timeout_seconds"] = Timeout },
        "device.reboot" => Restart(),
        _ => [],
    };

    Dictionary<string, object?> Restart()
    {
        var parameters = new Dictionary<string, object?>();
        if (Delay is { } delay)
        {
            parameters["delay_seconds"] = delay;
        }
        if (!string.IsNullOrWhiteSpace(Message))
        {
            parameters["message"] = Message;
        }
        return parameters;
    }

    object? Value() => FieldType switch
    {
        "number" => decimal.TryParse(FieldValue, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        "flag" => FieldValue?.Trim().ToLowerInvariant() switch { "true" or "yes" => true, "false" or "no" => false, _ => null },
        _ => FieldValue?.Trim(),
    };
}
