using System.Text.Json.Serialization;

namespace Breeze.Protocol;

/// <summary>The one JSON convention of the wire: snake_case, absent instead of null, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EnrollRequest))]
[JsonSerializable(typeof(EnrollResponse))]
[JsonSerializable(typeof(AgentConfig))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatResponse))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(CommandResultResponse))]
[JsonSerializable(typeof(ChannelMessage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Guid))]
[JsonSerializable(typeof(AgentCommand))]
[JsonSerializable(typeof(RemoteFrame))]
[JsonSerializable(typeof(RemoteConnect))]
public sealed partial class ProtocolJson : JsonSerializerContext;
