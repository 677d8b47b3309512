using System.Text.Json;

namespace Breeze.Protocol;

/// <summary>A command for an agent. Delivered at least once: the agent runs an id once and answers a repeat with the stored result.</summary>
/// <param name="Type"><c>script</c>, or a type that a plugin handles.</param>
/// <param name="Payload">For a script: <c>runtime</c>, <c>content</c>, <c>parameters</c>.</param>
public sealed record AgentCommand(Guid Id, string Type, JsonElement Payload, int TimeoutSeconds);
