using System.Text.Json.Serialization;

namespace Breeze.Collectors.Services;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServicesDocument))]
[JsonSerializable(typeof(ServiceInfo))]
sealed partial class ServicesJson : JsonSerializerContext;
