namespace Breeze.Core.Queue;

/// <summary>What became of a result.</summary>
public enum ResultOutcome
{
    Stored,

    /// <summary>There was a result already.</summary>
    Duplicate,

    /// <summary>No such command of this device.</summary>
    NotFound,
}
