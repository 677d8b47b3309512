using System.CommandLine;
using Breeze.PluginHost;

namespace Breeze.Pack;

/// <summary><c>breeze-pack pack</c>: makes a signed package of a built plugin.</summary>
static class PackCommand
{
    public static Command Create()
    {
        var source = new Option<string>("--source") { Required = true, Description = "The build output with the plugin's assemblies." };
        var plugin = new Option<string>("--plugin") { Required = true, Description = "The folder with plugin.json, config.schema.json and templates/." };
        var key = new Option<string>("--key") { Required = true, Description = "The publisher's private key (PEM)." };
        var output = new Option<string>("--out") { Required = true, Description = "The package to write." };
        var command = new Command("pack", "Makes a signed package of a built plugin.") { source, plugin, key, output };
        command.SetAction(result => Failure.Guard(() => Run(
            Path.GetFullPath(result.GetRequiredValue(source)),
            Path.GetFullPath(result.GetRequiredValue(plugin)),
            result.GetRequiredValue(key),
            Path.GetFullPath(result.GetRequiredValue(output)))));
        return command;
    }

    static int Run(string source, string plugin, string keyPath, string output)
    {
        var (manifest, manifestError) = PluginManifestReader.Read(File.ReadAllBytes(Path.Combine(plugin, PluginManifest.FileName)));
        if (manifest is null)
        {
            return Failure.Say(manifestError!);
        }

        var (catalog, registerError) = PluginInspector.Inspect(source, manifest);
        if (catalog is null)
        {
            return Failure.Say(registerError!);
        }

        var files = PackageFiles.Gather(source, plugin);
        files[PluginCatalog.FileName] = PluginCatalogJson.Write(catalog);

        using var signer = PackageSigner.FromPem(File.ReadAllText(keyPath));
        using var package = new MemoryStream();
        var hash = PackageWriter.Write(package, files, signer);
        package.Position = 0;

        // A host would refuse it for the same reason; better to hear it now.
        if (PackageReader.Read(package, new TrustStore([signer.PublicKey])) is { IsValid: false, Error: var error })
        {
            return Failure.Say(error);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        var temporary = $"{output}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(temporary, package.ToArray());
        File.Move(temporary, output, overwrite: true);
        Console.WriteLine($"{manifest.Id} {manifest.Version} ({hash[..12]}) -> {output}");
        return 0;
    }
}
