namespace Breeze.Fleet;

/// <summary>What the caller wants.</summary>
sealed record FleetOptions
{
    public required Uri Server { get; init; }
    public required IReadOnlyList<string> Keys { get; init; }
    public required int Agents { get; init; }
    public required int Seed { get; init; }
    public int? IntervalSeconds { get; init; }
    public TimeSpan? Duration { get; init; }
    public double LiveShare { get; init; }
    public double FailingShare { get; init; }
    public double AwayShare { get; init; }
    public int Connections { get; init; }
    public string? StatePath { get; init; }
    public string? JsonPath { get; init; }
    public bool InventoryChanges { get; init; }

    /// <summary>False where every inventory is taken to be known already.</summary>
    public bool Inventory { get; init; } = true;

    /// <summary>How long a command takes at least; at most twice as long. Null for a fraction of a second.</summary>
    public int? CommandSeconds { get; init; }

    /// <summary>A PEM file of the authority that the server's certificate comes from.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Where to write which readings the server acknowledged.</summary>
    public string? AcknowledgedPath { get; init; }

    /// <summary>Whether another program drives the run over standard input.</summary>
    public bool Control { get; init; }
}
