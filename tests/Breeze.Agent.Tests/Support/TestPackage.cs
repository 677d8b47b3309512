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

    public static TestPackage Bash(PackageSigner signer)
    {
        var source = Path.Combine(Build.Repository, "plugins", "runtimes", "bash");
        return Pack(signer, "runtimes.bash", "1.0.0", new()
        {
            ["plugin.json"] = File.ReadAllBytes(Path.Combine(source, "plugin.json")),
            ["config.schema.json"] = File.ReadAllBytes(Path.Combine(source, "config.schema.json")),
            ["Breeze.Runtimes.Bash.dll"] = File.ReadAllBytes(Path.Combine(Build.Bin("Breeze.Runtimes.Bash"), "Breeze.Runtimes.Bash.dll")),
        });
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
