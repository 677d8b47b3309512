using System.Text.Json.Serialization;

namespace Breeze.Remote.Desktop.Wire;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DesktopInfo))]
sealed partial class DesktopJson : JsonSerializerContext;
