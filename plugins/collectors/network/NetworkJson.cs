using System.Text.Json.Serialization;

namespace Breeze.Collectors.Network;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkDocument))]
sealed partial class NetworkJson : JsonSerializerContext;
