using System.Globalization;
using Breeze.Core.Expressions;

namespace Breeze.Core.Devices.List;

/// <summary>Where the value of an order stands.</summary>
public enum OrderSource
{
    Device,
    Summary,
    Presence,
    Custom,
}

/// <summary>What an order compares.</summary>
public enum OrderKind
{
    Text,
    Time,
    Ratio,
    Count,
}

/// <summary>An order of devices: by a value and then the id, so that every place in it is one of a kind. What has no value comes last, either way round.</summary>
/// <param name="Column">Of the source; a literal of ours, and never a text that somebody typed.</param>
/// <param name="Turned">Whether the value falls as what people read rises: the longer a device is up, the longer ago it was started.</param>
/// <param name="IsComplete">Whether every device has a value.</param>
/// <param name="OnlyCurrent">Whether the value of a device that is away says nothing.</param>
public sealed record DeviceOrder(string Name, OrderSource Source, string Column, OrderKind Kind = OrderKind.Text, bool Turned = false, bool OnlyCurrent = false, bool IsComplete = false)
{
    public const string Default = "name";

    const string CustomPrefix = "custom.";

    /// <summary>As the database writes a moment.</summary>
    const string TimeFormat = "yyyy-MM-dd HH:mm:ss.FFFFFFzz";

    static readonly DeviceOrder[] All =
    [
        new("name", OrderSource.Device, "name_key", IsComplete: true),
        new("status", OrderSource.Device, "status", IsComplete: true),
        new("organization", OrderSource.Summary, "organization_key"),
        new("site", OrderSource.Summary, "site_key"),
        new("os", OrderSource.Summary, "os_key"),
        new("os_version", OrderSource.Device, "os_version_key"),
        new("cpu", OrderSource.Presence, "cpu", OrderKind.Ratio, OnlyCurrent: true),
        new("memory", OrderSource.Presence, "memory", OrderKind.Ratio, OnlyCurrent: true),
        new("disk", OrderSource.Presence, "disk", OrderKind.Ratio, OnlyCurrent: true),
        new("seen", OrderSource.Presence, "last_seen_at", OrderKind.Time),
        new("agent", OrderSource.Device, "agent_version_key"),
        new("address", OrderSource.Summary, "address_key"),
        new("user", OrderSource.Summary, "users_key"),
        new("model", OrderSource.Summary, "model_key"),
        new("serial", OrderSource.Summary, "serial_key"),
        new("tags", OrderSource.Summary, "tags_key"),
        new("uptime", OrderSource.Presence, "booted_at", OrderKind.Time, Turned: true, OnlyCurrent: true),
        new("enrolled", OrderSource.Device, "enrolled_at", OrderKind.Time, IsComplete: true),
        new("updates", OrderSource.Summary, "updates", OrderKind.Count),
    ];

    /// <summary>For a custom field: which one.</summary>
    public string? CustomKey => Source == OrderSource.Custom ? Name[CustomPrefix.Length..] : null;

    public static IEnumerable<string> Names => All.Select(o => o.Name);

    /// <summary>Null when there is no such order.</summary>
    public static DeviceOrder? Find(string name) => name.StartsWith(CustomPrefix, StringComparison.Ordinal) && IsCustomKey(name[CustomPrefix.Length..])
        ? new DeviceOrder(name, OrderSource.Custom, "") : Array.Find(All, o => o.Name == name);

    /// <summary>Whether a custom field may be called so.</summary>
    public static bool IsCustomKey(string key) => key.Length is > 0 and <= 64 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>The value in SQL.</summary>
    public string Sql => Source switch
    {
        OrderSource.Device => $"d.{Column}",
        OrderSource.Summary => $"l.{Column}",
        // A not-a-number would come after all numbers and is none.
        OrderSource.Presence when Kind == OrderKind.Ratio => $"nullif(p.{Column}, 'NaN')",
        OrderSource.Presence => $"p.{Column}",
        _ => "c.value_key",
    };

    /// <summary>What the value needs beside <c>devices d</c>.</summary>
    internal string Join(SqlParameters parameters) => Source switch
    {
        OrderSource.Summary => "LEFT JOIN device_summaries l ON l.device_id = d.id",
        OrderSource.Presence => "LEFT JOIN device_presence p ON p.device_id = d.id",
        OrderSource.Custom => $"LEFT JOIN device_custom_values c ON c.device_id = d.id AND c.name = {parameters.Add(CustomKey!)}",
        _ => "",
    };

    /// <summary>The type by which a place in the list comes back from its address.</summary>
    public string SqlType => Kind switch
    {
        OrderKind.Time => "timestamptz",
        OrderKind.Ratio => "real",
        OrderKind.Count => "integer",
        _ => "text",
    };

    /// <summary>A value of this order from an address, as the database reads it; null when it is none, and the list starts at the top.</summary>
    public string? Value(string text) => Kind switch
    {
        OrderKind.Time => DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null,
        OrderKind.Ratio => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && float.IsFinite(ratio) ? ratio.ToString("R", CultureInfo.InvariantCulture) : null,
        OrderKind.Count => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) ? count.ToString(CultureInfo.InvariantCulture) : null,
        _ => text,
    };
}
