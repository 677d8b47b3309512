namespace Breeze.PluginHost;

/// <summary>A file as <c>MANIFEST.json</c> lists it.</summary>
/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Size">In bytes, unpacked.</param>
/// <param name="Sha256">Lower-case hex.</param>
public sealed record PackageFile(string Path, long Size, string Sha256);
