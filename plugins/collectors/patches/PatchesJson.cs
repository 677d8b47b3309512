using System.Text.Json.Serialization;

namespace Breeze.Collectors.Patches;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PatchesDocument))]
sealed partial class PatchesJson : JsonSerializerContext;
