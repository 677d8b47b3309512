namespace Breeze.Core.Queue;

/// <summary>The one result of a command.</summary>
public sealed class CommandResultRow
{
    public Guid CommandId { get; init; }
    public Guid DeviceId { get; init; }
    public required string Status { get; init; }
    public int? ExitCode { get; init; }
    public string Stdout { get; init; } = "";
    public string Stderr { get; init; } = "";
    public DateTimeOffset ReceivedAt { get; init; }
}
