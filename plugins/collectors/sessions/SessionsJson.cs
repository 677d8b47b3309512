using System.Text.Json.Serialization;

namespace Breeze.Collectors.Sessions;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionsDocument))]
sealed partial class SessionsJson : JsonSerializerContext;
