using System.Text.Json.Serialization;

namespace Breeze.Collectors.EventLog;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventLogDocument))]
[JsonSerializable(typeof(SavedLog))]
sealed partial class EventLogJson : JsonSerializerContext;
