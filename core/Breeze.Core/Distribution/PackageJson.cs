using System.Text.Json;
using System.Text.Json.Serialization;

namespace Breeze.Core.Distribution;

/// <summary>How manifests and catalogues are kept in the database.</summary>
static class PackageJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
