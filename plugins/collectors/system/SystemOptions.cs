using System.Text.Json;

namespace Breeze.Collectors.System;

/// <summary>The settings of the plugin.</summary>
sealed record SystemOptions(bool PerCore, NameFilter Mountpoints, NameFilter Interfaces)
{
    public static SystemOptions Default { get; } = new(PerCore: true, NameFilter.None, NameFilter.None);

    /// <summary>The host has validated the settings; what is missing or of another type all the same takes its default.</summary>
    public static SystemOptions Read(JsonElement settings) => settings.ValueKind != JsonValueKind.Object
        ? Default
        : new SystemOptions(
            !settings.TryGetProperty("per_core", out var perCore) || perCore.ValueKind != JsonValueKind.False,
            Filter(settings, "exclude_mountpoints"),
            Filter(settings, "exclude_interfaces"));

    static NameFilter Filter(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? new NameFilter([.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)])
            : NameFilter.None;
}
