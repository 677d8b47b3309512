namespace Breeze.Agent.Commands;

/// <summary>What is on disk of a command before it starts.</summary>
sealed record JournalEntry(string Type, long StartedAt);
