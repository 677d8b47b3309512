using System.Text.Json.Serialization;

namespace Breeze.Web.Frame;

/// <summary>What the front end's build wrote.</summary>
public sealed record AssetManifest(Dictionary<string, Asset> Assets, string[] Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AssetManifest))]
sealed partial class AssetJson : JsonSerializerContext;
