namespace Breeze.PluginHost;

/// <summary>A package that passed every check of <see cref="PackageReader"/>.</summary>
/// <param name="Manifest">Its <c>plugin.json</c>.</param>
/// <param name="Catalog">Its <c>catalog.json</c>.</param>
/// <param name="Hash">Its identity: the SHA-256 of <c>MANIFEST.json</c> in lower-case hex. Signing again keeps it.</param>
/// <param name="Signer">The id of the trusted key that signed it.</param>
/// <param name="Files">Every file but <c>MANIFEST.*</c>.</param>
/// <param name="SettingsSchema">Its <c>config.schema.json</c> in UTF-8, when it has one.</param>
public sealed record PluginPackage(
    PluginManifest Manifest,
    PluginCatalog Catalog,
    string Hash,
    string Signer,
    IReadOnlyList<PackageFile> Files,
    ReadOnlyMemory<byte>? SettingsSchema)
{
    public const string SettingsSchemaFileName = "config.schema.json";
}
