namespace Breeze.Protocol;

/// <summary>The operating system of a device.</summary>
/// <param name="Family"><c>linux</c>, <c>windows</c> or <c>macos</c>.</param>
/// <param name="Name">The product, such as <c>Debian GNU/Linux</c>.</param>
/// <param name="Version">The product's version.</param>
/// <param name="Arch"><c>x64</c> or <c>arm64</c>.</param>
public sealed record OsInfo(string Family, string Name, string Version, string Arch);
