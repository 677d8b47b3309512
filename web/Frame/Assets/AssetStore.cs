using System.Collections.Frozen;
using System.Text.Json;

namespace Breeze.Web.Frame;

/// <summary>The bundled front end beside the executable.</summary>
public sealed class AssetStore
{
    public const string Route = "/assets/";

    readonly FrozenDictionary<string, Asset> _assets;
    readonly FrozenDictionary<string, AssetFile> _files;
    readonly FrozenSet<string> _icons;

    public AssetStore()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot", "dist");
        var path = Path.Combine(folder, "manifest.json");
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"The front end is missing: there is no {path}. Build the web project again with Node 20 or newer.");
        }
        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), AssetJson.Default.AssetManifest)!;
        _assets = manifest.Assets.ToFrozenDictionary();
        _files = manifest.Files.ToFrozenDictionary(name => name, name => Load(folder, name));
        _icons = (Find("icons.svg").Names ?? []).ToFrozenSet();
    }

    public Asset Find(string name) =>
        _assets.TryGetValue(name, out var asset) ? asset : throw new InvalidOperationException($"The front end has no asset '{name}'.");

    public string Url(string name) => Route + Find(name).File;

    public AssetFile? FindFile(string file) => _files.GetValueOrDefault(file);

    public bool HasIcon(string name) => _icons.Contains(name);

    static AssetFile Load(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var type = Path.GetExtension(name) switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        return new(type, File.ReadAllBytes(path), File.ReadAllBytes(path + ".gz"), File.ReadAllBytes(path + ".br"));
    }
}
