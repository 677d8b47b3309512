using System.Text;

namespace Breeze.PluginHost.Tests;

/// <summary>Makes real packages of the fixture assembly.</summary>
sealed class TestPackage
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public static TestPackage Of(
        string type = "FixturePlugin", string id = "test.fixture", string version = "1.0.0", string sdk = "[1.0,2.0)", string extra = "")
    {
        var package = new TestPackage();
        package.Files["Breeze.Fixture.dll"] = File.ReadAllBytes(TestBuild.FixtureAssembly);
        return package.With("plugin.json", $$"""
            {
              "id": "{{id}}", "name": "Fixture", "version": "{{version}}", "sdk": "{{sdk}}", "hosts": ["agent"],
              "entry": { "assembly": "Breeze.Fixture.dll", "type": "Breeze.Fixture.{{type}}" }{{extra}}
            }
            """);
    }

    public TestPackage With(string path, string content)
    {
        Files[path] = Encoding.UTF8.GetBytes(content);
        return this;
    }

    public TestPackage WithLabelSchema() => With(
        PluginPackage.SettingsSchemaFileName,
        """
        {
          "type": "object", "additionalProperties": false,
          "properties": {
            "label": { "type": "string", "default": "plain" },
            "limits": { "type": "object", "properties": { "depth": { "type": "integer", "maximum": 9 } } }
          }
        }
        """);

    public MemoryStream Sign(PackageSigner signer)
    {
        var stream = new MemoryStream();
        PackageWriter.Write(stream, Files, signer);
        stream.Position = 0;
        return stream;
    }
}
