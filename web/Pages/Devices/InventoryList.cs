using Breeze.Core.Devices;

namespace Breeze.Web.Pages.Devices;

/// <summary>A page of a list of inventory; one of its lists is filled.</summary>
public sealed record InventoryList(InventoryTab Tab, Guid DeviceId, string? Text)
{
    public IReadOnlyList<SoftwareItem> Software { get; init; } = [];

    public IReadOnlyList<ServiceItem> Services { get; init; } = [];

    public IReadOnlyList<UpdateItem> Updates { get; init; } = [];

    public IReadOnlyList<ChangeItem> Changes { get; init; } = [];

    public IReadOnlyList<LogItem> Log { get; init; } = [];

    /// <summary>Where the next page starts; null at the end.</summary>
    public string? Next { get; init; }


    /// <summary>When the document came; null when there is none.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Updates: whether the device waits for a restart.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>Whether whoever looks may control services.</summary>
    public bool CanControl { get; init; }

    public int Count => Software.Count + Services.Count + Updates.Count + Changes.Count + Log.Count;

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Text);
}
