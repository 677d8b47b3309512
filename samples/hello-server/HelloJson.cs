using System.Text.Json.Serialization;

namespace HelloServer;

/// <summary>Generated at build time: reflection-based serialization would keep the plugin in memory after an unload.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HelloOptions))]
[JsonSerializable(typeof(HelloStatus))]
sealed partial class HelloJson : JsonSerializerContext;
