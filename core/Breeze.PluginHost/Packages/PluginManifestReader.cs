using System.Text.RegularExpressions;
using Breeze.Sdk;
using NuGet.Versioning;

namespace Breeze.PluginHost;

/// <summary>Decodes <c>plugin.json</c>. An unknown key is an error that names its path, so that a typing error never passes silently.</summary>
public static partial class PluginManifestReader
{
    const int MaxIdLength = 100;

    static readonly string[] KnownPlatforms = ["linux", "windows", "macos"];

    public static (PluginManifest? Manifest, PluginError? Error) Read(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            using var document = StrictJson.Parse(utf8Json);
            return (Decode(new StrictObject(document.RootElement, "")), null);
        }
        catch (StrictJsonException exception)
        {
            return (null, new PluginError(PluginErrorCodes.ManifestInvalid, $"{PluginManifest.FileName}: {exception.Message}"));
        }
    }

    static PluginManifest Decode(StrictObject root)
    {
        var manifest = new PluginManifest
        {
            Id = Checked(root, "id", root.Text("id"), IsId, "must be lower-case words with dots between them, such as \"acme.printers\""),
            Name = Checked(root, "name", root.Text("name"), text => text.Length is > 0 and <= 100, "must have 1 to 100 characters"),
            Description = root.OptionalText("description") ?? "",
            Version = Checked(root, "version", root.Text("version"), IsVersion, "must be a semantic version such as \"1.2.0\""),
            Sdk = Checked(root, "sdk", root.Text("sdk"), IsRange, "must be a version range such as \"[1.0,2.0)\""),
            Hosts = DecodeHosts(root),
            Platforms = EachOf(root, "platforms", KnownPlatforms),
            Entry = DecodeEntry(root.Object("entry")),
            Requires = [.. root.Texts("requires").Select((id, index) =>
                Checked(root, $"requires[{index}]", id, IsId, "must be the id of a plugin"))],
            Permissions = root.Texts("permissions"),
            Ui = root.Texts("ui"),
            Reload = (root.OptionalText("reload") ?? "hot") switch
            {
                "hot" => PluginReloadMode.Hot,
                "restart" => PluginReloadMode.Restart,
                _ => throw new StrictJsonException("reload", "must be \"hot\" or \"restart\""),
            },
        };
        root.End();
        return manifest;
    }

    static List<PluginHostKind> DecodeHosts(StrictObject root)
    {
        var hosts = EachOf(root, "hosts", ["server", "agent"]);
        return hosts.Count == 0
            ? throw new StrictJsonException("hosts", "must name \"server\", \"agent\" or both")
            : [.. hosts.Distinct().Select(host => host == "server" ? PluginHostKind.Server : PluginHostKind.Agent)];
    }

    static PluginEntry DecodeEntry(StrictObject item)
    {
        var entry = new PluginEntry(
            Checked(item, "assembly", item.Text("assembly"), IsAssembly, "must be the name of a .dll at the root of the package"),
            Checked(item, "type", item.Text("type"), text => text.Length > 0, "must be the full name of the plugin's class"));
        item.End();
        return entry;
    }

    static IReadOnlyList<string> EachOf(StrictObject root, string name, string[] known)
    {
        var values = root.Texts(name);
        for (var index = 0; index < values.Count; index++)
        {
            Checked(root, $"{name}[{index}]", values[index], known.Contains, $"must be one of {string.Join(", ", known)}");
        }

        return values;
    }

    static string Checked(StrictObject parent, string name, string value, Func<string, bool> isValid, string problem) =>
        isValid(value) ? value : throw new StrictJsonException(parent.PathOf(name), problem);

    static bool IsId(string id) => id.Length <= MaxIdLength && IdPattern().IsMatch(id) && PackagePath.Check(id) is null;

    static bool IsVersion(string version) => version.Length <= 64 && NuGetVersion.TryParseStrict(version, out _);

    static bool IsRange(string range) => VersionRange.TryParse(range, out _);

    static bool IsAssembly(string name) =>
        name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !name.Contains('/') && PackagePath.Check(name) is null;

    [GeneratedRegex(@"^[a-z0-9]+(\.[a-z0-9-]+)+\z")]
    private static partial Regex IdPattern();
}
