using Breeze.Web.Frame;
using Microsoft.AspNetCore.Mvc;

namespace Breeze.Web.Pages;

/// <summary>The device list's view, as the address says.</summary>
public sealed class DeviceFilter
{
    public static IReadOnlyList<string> Statuses { get; } = ["online", "offline", "pending", "maintenance", "quarantined"];

    public static IReadOnlyList<(string Value, string Label)> Systems { get; } =
        [("linux", "Linux"), ("windows", "Windows"), ("macos", "macOS"), ("other", "Other")];

    [FromQuery(Name = "q")]
    public string? Text { get; set; }

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "os")]
    public string? System { get; set; }

    [FromQuery(Name = "group")]
    public Guid? Group { get; set; }

    /// <summary><c>name</c>, <c>seen</c>, <c>status</c> or <c>os</c>; a minus before it turns it round.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text) || !string.IsNullOrEmpty(Status) || !string.IsNullOrEmpty(System) || Group is not null;

    public string Order => Sort is "name" or "-name" or "seen" or "-seen" or "status" or "-status" or "os" or "-os" ? Sort : "name";

    public string StatusWord => StatusWords.Of(Status ?? "").Word;
}
