using System.Text.Json;

namespace Breeze.PluginHost;

/// <summary><c>MANIFEST.json</c>: the list of a package's files that the signature covers.</summary>
sealed record PackageManifest(IReadOnlyList<PackageFile> Files)
{
    public const string FileName = "MANIFEST.json";
    public const string SignatureFileName = "MANIFEST.sig";
    const int Format = 1;

    public byte[] ToJson()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteStartArray("files");
            foreach (var file in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteNumber("size", file.Size);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <exception cref="StrictJsonException">It is not what the packer writes.</exception>
    public static PackageManifest Parse(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = StrictJson.Parse(utf8Json);
        var root = new StrictObject(document.RootElement, "");
        if (root.Integer("format") is var format && format != Format)
        {
            throw new StrictJsonException("format", $"is {format}; this version of Breeze reads format {Format}");
        }

        var files = root.Objects("files").Select(ParseFile).ToList();
        root.End();
        return new PackageManifest(files);
    }

    static PackageFile ParseFile(StrictObject item)
    {
        var file = new PackageFile(item.Text("path"), item.Integer("size"), item.Text("sha256"));
        item.End();
        return file;
    }
}
