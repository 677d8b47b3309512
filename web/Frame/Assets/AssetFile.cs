namespace Breeze.Web.Frame;

/// <summary>A bundled file and its compressed copies, in memory: they are small and never change.</summary>
public sealed record AssetFile(string ContentType, byte[] Plain, byte[] Gzip, byte[] Brotli);
