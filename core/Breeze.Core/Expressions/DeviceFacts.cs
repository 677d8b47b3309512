namespace Breeze.Core.Expressions;

/// <summary>The parts of a device's facts that are read only when an expression asks for them.</summary>
[Flags]
public enum FactKinds
{
    None = 0,
    Network = 1,
    Sessions = 2,
    Software = 4,
    Services = 8,
    Updates = 16,
    Plugins = 32,
    Groups = 64,
    Metrics = 128,
    Inventory = 256,
    All = 511,
}

/// <summary>What an expression can know of a device, at one moment. An empty text is as good as none.</summary>
public sealed record DeviceFacts
{
    public required Guid Id { get; init; }

    /// <summary>The moment: relative times count from it.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Hostname { get; init; }
    public string? DisplayName { get; init; }
    public string Status { get; init; } = "";
    public bool IsLive { get; init; }
    public string OsFamily { get; init; } = "";
    public string OsName { get; init; } = "";
    public string OsVersion { get; init; } = "";
    public string Arch { get; init; } = "";
    public string AgentVersion { get; init; } = "";
    public DateTimeOffset? LastSeenAt { get; init; }
    public DateTimeOffset? BootedAt { get; init; }
    public DateTimeOffset EnrolledAt { get; init; }
    public string Address { get; init; } = "";
    public double? Cpu { get; init; }
    public double? Memory { get; init; }
    public double? Disk { get; init; }
    public string Organization { get; init; } = "";
    public string Site { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Those custom fields that are a text, a number or a boolean, as text.</summary>
    public IReadOnlyDictionary<string, string> Custom { get; init; } = new Dictionary<string, string>();

    public string? Manufacturer { get; init; }
    public string? Model { get; init; }
    public string? SerialNumber { get; init; }
    public string? CpuModel { get; init; }
    public int? CpuCores { get; init; }
    public int? CpuThreads { get; init; }
    public long? MemoryBytes { get; init; }
    public string? Virtualization { get; init; }
    public IReadOnlyList<string> Groups { get; init; } = [];
    public IReadOnlyList<string> Addresses { get; init; } = [];
    public IReadOnlyList<string> Macs { get; init; } = [];
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Versions by the name without case.</summary>
    public ILookup<string, string> Software { get; init; } = Nothing;

    /// <summary>States by the name without case.</summary>
    public ILookup<string, string> Services { get; init; } = Nothing;

    /// <summary>Versions by the plugin's id without case.</summary>
    public ILookup<string, string> Plugins { get; init; } = Nothing;

    public int Updates { get; init; }
    public int SecurityUpdates { get; init; }
    public bool NeedsRestart { get; init; }

    /// <summary>The newest reading, by full name with labels.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Those members of inventory documents that were asked for.</summary>
    public IReadOnlyDictionary<InventoryKey, InventoryFact> Inventory { get; init; } = new Dictionary<InventoryKey, InventoryFact>();

    static ILookup<string, string> Nothing { get; } = Array.Empty<string>().ToLookup(x => x);
}
