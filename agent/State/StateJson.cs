using System.Text.Json.Serialization;
using Breeze.Agent.Commands;
using Breeze.Protocol;

namespace Breeze.Agent.State;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentIdentity))]
[JsonSerializable(typeof(StatusSnapshot))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class StateJson : JsonSerializerContext;
