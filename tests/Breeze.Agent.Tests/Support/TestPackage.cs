using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Breeze.PluginHost;
using Breeze.Protocol;

namespace Breeze.Agent.Tests.Support;

/// <summary>A signed package, as a server would hand it out.</summary>
sealed record TestPackage(PluginAssignment Assignment, byte[] Content)
{
    public static TestPackage Fixture(PackageSigner signer, string version = "1.0.0", string type = "FixturePlugin", string id = "test.fixture")
    {
        var manifest = $$"""
            {"id":"{{id}}","name":"Fixture","version":"{{version}}","sdk":"[1.0,2.0)","hosts":["agent"],
             "entry":{"assembly":"Breeze.Agent.Fixture.dll","type":"Breeze.Agent.Fixture.{{type}}"} }
            """;
        return Pack(signer, id, version, new()
        {
            ["plugin.json"] = Encoding.UTF8.GetBytes(manifest),
            ["Breeze.Agent.Fixture.dll"] = File.ReadAllBytes(Path.Combine(Build.Bin("Breeze.Agent.Fixture"), "Breeze.Agent.Fixture.dll")),
        });
    }

    public static TestPackage Bash(PackageSigner signer) => FirstParty(signer, "runtimes", "bash", "Breeze.Runtimes.Bash");

    public static TestPackage FirstParty(PackageSigner signer, string kind, string name, string assembly, params string[] libraries)
    {
        var source = Path.Combine(Build.Repository, "plugins", kind, name);
        var files = new Dictionary<string, byte[]>
        {
            ["plugin.json"] = File.ReadAllBytes(Path.Combine(source, "plugin.json")),
            [assembly + ".dll"] = File.ReadAllBytes(Path.Combine(Build.Bin(assembly), assembly + ".dll")),
        };
        foreach (var library in libraries)
        {
            files[library + ".dll"] = File.ReadAllBytes(Path.Combine(Build.Bin(assembly), library + ".dll"));
        }

        var schema = Path.Combine(source, "config.schema.json");
        if (File.Exists(schema))
        {
            files["config.schema.json"] = File.ReadAllBytes(schema);
        }

        return Pack(signer, $"{kind}.{name}", "1.0.0", files);
    }

    static TestPackage Pack(PackageSigner signer, string id, string version, Dictionary<string, byte[]> files)
    {
        using var package = new MemoryStream();
        var hash = PackageWriter.Write(package, files, signer);
        var content = package.ToArray();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        return new TestPackage(new PluginAssignment(id, version, hash, sha256, content.Length, null), content);
    }
}
