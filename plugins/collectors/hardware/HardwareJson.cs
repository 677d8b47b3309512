using System.Text.Json.Serialization;

namespace Breeze.Collectors.Hardware;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HardwareDocument))]
sealed partial class HardwareJson : JsonSerializerContext;
