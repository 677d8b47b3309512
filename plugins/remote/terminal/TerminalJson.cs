using System.Text.Json.Serialization;

namespace Breeze.Remote.Terminal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TerminalInfo))]
sealed partial class TerminalJson : JsonSerializerContext;
