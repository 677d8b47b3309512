using System.Text.Json.Serialization;

namespace Breeze.Remote.Terminal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TerminalInfo))]
sealed partial class TerminalJson : JsonSerializerContext;
