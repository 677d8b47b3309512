using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Breeze.PluginHost;
using Breeze.Testing;

namespace Breeze.Integration.Tests.Support;

/// <summary>Packages of real assemblies, sound or broken, signed by the publisher whom the build trusts or by another.</summary>
sealed class Package
{
    readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>The key that the build made for itself.</summary>
    public static PackageSigner Publisher() => PackageSigner.FromPem(File.ReadAllText(Path.Combine(RepositoryPaths.Artifacts, "keys", "breeze-dev.pem")));

    /// <summary>A copy of the sample, under another version or name.</summary>
    public static Package HelloServer(string version = "1.0.0", string id = "samples.hello-server") => FromBuild("samples.hello-server").WithManifest(m =>
    {
        m["id"] = id;
        m["version"] = version;
    });

    /// <summary>A copy of the sample that agents run.</summary>
    public static Package HelloCollector(string version, string id) => FromBuild("samples.hello-collector").WithManifest(m =>
    {
        m["id"] = id;
        m["version"] = version;
    });

    /// <summary>The test fixture's plugin of a type, made for the server.</summary>
    public static Package Fixture(string type, string id, string version)
    {
        var package = new Package();
        package._files["Breeze.Fixture.dll"] = File.ReadAllBytes(Path.Combine(RepositoryPaths.Output("Breeze.Fixture"), "Breeze.Fixture.dll"));
        package._files["plugin.json"] = Encoding.UTF8.GetBytes($$"""
            {"id":"{{id}}","name":"Fixture","version":"{{version}}","sdk":"[1.0,2.0)","hosts":["server"],"entry":{"assembly":"Breeze.Fixture.dll","type":"Breeze.Fixture.{{type}}"} }
            """);
        return package;
    }

    public Package WithManifest(Action<JsonObject> change)
    {
        var manifest = JsonNode.Parse(_files["plugin.json"])!.AsObject();
        change(manifest);
        _files["plugin.json"] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        return this;
    }

    public Package WithText(string file, string what, string by)
    {
        _files[file] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_files[file]).Replace(what, by, StringComparison.Ordinal));
        return this;
    }

    public byte[] Sign(PackageSigner? signer = null)
    {
        using var own = signer is null ? Publisher() : null;
        var stream = new MemoryStream();
        PackageWriter.Write(stream, _files, signer ?? own!);
        return stream.ToArray();
    }

    /// <summary>A signed package whose zip somebody changed afterwards.</summary>
    public byte[] SignThen(Action<ZipArchive> change)
    {
        var stream = new MemoryStream();
        stream.Write(Sign());
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            change(archive);
        }
        return stream.ToArray();
    }

    static Package FromBuild(string id)
    {
        var package = new Package();
        using var archive = ZipFile.OpenRead(Path.Combine(RepositoryPaths.Artifacts, "samples", id + ".bpkg"));
        foreach (var entry in archive.Entries.Where(e => e.Name is not "MANIFEST.json" and not "MANIFEST.sig" && e.Name.Length > 0))
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            package._files[entry.FullName] = content.ToArray();
        }
        return package;
    }
}
