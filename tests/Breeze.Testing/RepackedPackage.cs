using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Breeze.PluginHost;

namespace Breeze.Testing;

/// <summary>Another version of a package that the build made, signed by the development key.</summary>
public static class RepackedPackage
{
    /// <summary>A package of the build: <c>artifacts/plugins</c> or <c>artifacts/samples</c>.</summary>
    public static string Find(string id) =>
        new[] { "plugins", "samples" }.Select(folder => Path.Combine(RepositoryPaths.Artifacts, folder, id + ".bpkg")).First(File.Exists);

    public static TrustedKey Publisher => TrustedKey.FromPem(File.ReadAllText(Path.Combine(RepositoryPaths.Artifacts, "keys", "breeze-dev.pem.pub")));

    /// <param name="id">The plugin.</param>
    /// <param name="version">The version to give it.</param>
    /// <param name="defaults">Defaults to put into its settings schema.</param>
    public static byte[] Create(string id, string version, IReadOnlyDictionary<string, string>? defaults = null)
    {
        var files = new Dictionary<string, byte[]>();
        using (var archive = ZipFile.OpenRead(Find(id)))
        {
            foreach (var entry in archive.Entries.Where(entry => !entry.FullName.StartsWith("MANIFEST.", StringComparison.Ordinal)))
            {
                using var content = entry.Open();
                using var bytes = new MemoryStream();
                content.CopyTo(bytes);
                files[entry.FullName] = bytes.ToArray();
            }
        }

        Change(files, "plugin.json", manifest => manifest["version"] = version);
        foreach (var (name, value) in defaults ?? new Dictionary<string, string>())
        {
            Change(files, "config.schema.json", schema => schema["properties"]![name]!["default"] = value);
        }

        using var signer = PackageSigner.FromPem(File.ReadAllText(Path.Combine(RepositoryPaths.Artifacts, "keys", "breeze-dev.pem")));
        using var package = new MemoryStream();
        PackageWriter.Write(package, files, signer);
        return package.ToArray();
    }

    static void Change(Dictionary<string, byte[]> files, string path, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(files[path])!;
        change(node);
        files[path] = Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
