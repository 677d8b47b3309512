using System.Text.Json.Serialization;

namespace Breeze.Collectors.Processes;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProcessList))]
sealed partial class ProcessesJson : JsonSerializerContext;
