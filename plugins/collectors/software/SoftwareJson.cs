using System.Text.Json.Serialization;

namespace Breeze.Collectors.Software;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SoftwareDocument))]
sealed partial class SoftwareJson : JsonSerializerContext;
