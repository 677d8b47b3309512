namespace Breeze.PluginHost;

/// <summary>How a call into plugin code ended.</summary>
/// <param name="IsCompleted">Whether it returned in time.</param>
/// <param name="Error">What it threw, as text.</param>
/// <param name="Details">The same with the stack trace.</param>
/// <param name="Abandoned">When it did not even react to cancellation: ends when the code does.</param>
sealed record PluginCallOutcome(bool IsCompleted, string? Error, string? Details, Task? Abandoned)
{
    public static PluginCallOutcome Completed { get; } = new(true, null, null, null);

    public static PluginCallOutcome Threw(string error, string details) => new(false, error, details, null);

    public static PluginCallOutcome TimedOut(Task? abandoned) => new(false, null, null, abandoned);
}
