namespace Breeze.Core.Queue;

/// <summary>A command that was stored.</summary>
public sealed record QueuedCommand(Guid Id, Guid DeviceId);
