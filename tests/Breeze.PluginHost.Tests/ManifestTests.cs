using System.Text;
using System.Text.Json.Nodes;
using Breeze.Sdk;

namespace Breeze.PluginHost.Tests;

public sealed class ManifestTests
{
    const string Minimal = """
        "id": "acme.printers", "name": "Printers", "version": "1.2.0", "sdk": "[1.0,2.0)", "hosts": ["agent"],
        "entry": { "assembly": "Acme.dll", "type": "Acme.Plugin" }
        """;

    [Fact]
    public void A_minimal_manifest_is_enough()
    {
        var (manifest, error) = Read($"{{{Minimal}}}");

        error.ShouldBeNull();
        manifest!.Hosts.ShouldBe([PluginHostKind.Agent]);
        manifest.Reload.ShouldBe(PluginReloadMode.Hot);
        manifest.Entry.ShouldBe(new PluginEntry("Acme.dll", "Acme.Plugin"));
    }

    [Theory]
    [InlineData("""{ "colour": 1 }""", "\"colour\" is not a known key")]
    [InlineData("""{ "entry": { "assembly": "A.dll", "type": "T", "method": "M" } }""", "\"entry.method\" is not a known key")]
    [InlineData("""{ "id": "Acme" }""", "\"id\"")]
    [InlineData("""{ "id": "acme..x" }""", "\"id\"")]
    [InlineData("""{ "id": "acme/../x" }""", "\"id\"")]
    [InlineData("""{ "version": "one" }""", "\"version\"")]
    [InlineData("""{ "version": "1.0" }""", "\"version\"")]
    [InlineData("""{ "sdk": "soon" }""", "\"sdk\"")]
    [InlineData("""{ "hosts": [] }""", "\"hosts\"")]
    [InlineData("""{ "hosts": ["agent", "phone"] }""", "\"hosts[1]\"")]
    [InlineData("""{ "platforms": ["beos"] }""", "\"platforms[0]\"")]
    [InlineData("""{ "entry": { "assembly": "../A.dll", "type": "T" } }""", "\"entry.assembly\"")]
    [InlineData("""{ "reload": "never" }""", "\"reload\"")]
    [InlineData("""{ "requires": [7] }""", "\"requires[0]\" must be a string")]
    public void A_fault_is_told_with_its_path(string fault, string message)
    {
        var merged = JsonNode.Parse($"{{{Minimal}}}")!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(fault)!.AsObject())
        {
            merged[key] = value?.DeepClone();
        }

        var (manifest, error) = Read(merged.ToJsonString());

        manifest.ShouldBeNull();
        error!.Code.ShouldBe(PluginErrorCodes.ManifestInvalid);
        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "id": "a.b", "id": "a.c" }""")]
    public void What_is_no_manifest_is_refused(string json) => Read(json).Error!.Code.ShouldBe(PluginErrorCodes.ManifestInvalid);

    [Fact]
    public async Task A_package_for_a_newer_sdk_is_incompatible_and_the_error_says_so()
    {
        await using var test = new TestHost();

        var result = await test.LoadAsync(TestPackage.Of(sdk: "[2.0,3.0)"));

        result.Error!.Code.ShouldBe(PluginErrorCodes.SdkIncompatible);
        result.Error.Message.ShouldContain("[2.0,3.0)");
        test.Status.State.ShouldBe(PluginState.Incompatible);
    }

    [Fact]
    public async Task A_package_for_another_platform_is_incompatible()
    {
        await using var test = new TestHost();
        var foreign = OperatingSystem.IsWindows() ? "linux" : "windows";

        var result = await test.LoadAsync(TestPackage.Of(extra: $$""", "platforms": ["{{foreign}}"]"""));

        result.Error!.Code.ShouldBe(PluginErrorCodes.PlatformUnsupported);
        test.Status.State.ShouldBe(PluginState.Incompatible);
    }

    [Fact]
    public async Task A_server_plugin_is_not_for_agents()
    {
        await using var test = new TestHost();
        var package = TestPackage.Of();
        package.With("plugin.json", Encoding.UTF8.GetString(package.Files["plugin.json"]).Replace("agent", "server", StringComparison.Ordinal));

        (await test.LoadAsync(package)).Error!.Code.ShouldBe(PluginErrorCodes.HostUnsupported);
    }

    static (PluginManifest? Manifest, PluginError? Error) Read(string json) => PluginManifestReader.Read(Encoding.UTF8.GetBytes(json));
}
