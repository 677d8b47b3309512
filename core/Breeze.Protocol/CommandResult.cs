namespace Breeze.Protocol;

/// <summary><c>POST /api/v1/agents/{id}/commands/{cmd_id}/result</c>. The first one counts.</summary>
/// <param name="Status"><c>completed</c>, <c>failed</c>, <c>timeout</c>, <c>cancelled</c> or <c>rejected</c>.</param>
public sealed record CommandResult(string Status, int? ExitCode, string? Stdout, string? Stderr)
{
    /// <summary>When the command started, in Unix milliseconds by the device's clock.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended, in Unix milliseconds by the device's clock.</summary>
    public long? FinishedAt { get; init; }
}
