using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Breeze.Remote.Files.Wire;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FilesRequest))]
[JsonSerializable(typeof(FilesAnswer))]
[JsonSerializable(typeof(FilesHello))]
[JsonSerializable(typeof(FileEntry))]
sealed partial class FilesJson : JsonSerializerContext
{
    /// <summary>Nothing of it goes into HTML as it is, and names in other scripts would take six times the room.</summary>
    public static FilesJson Lean { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
