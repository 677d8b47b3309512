using System.Text.Json.Serialization;

namespace HelloCollector;

/// <summary>Generated at build time: reflection-based serialization would keep the plugin in memory after an unload.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HelloOptions))]
[JsonSerializable(typeof(FolderDocument))]
sealed partial class HelloJson : JsonSerializerContext;
