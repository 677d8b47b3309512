namespace Breeze.PluginHost;

/// <summary>How large a package may be, so that a hostile one cannot fill a disk.</summary>
static class PackageLimits
{
    public const long UnpackedBytes = 64L << 20;
    public const long PackedBytes = 64L << 20;
    public const long MetadataBytes = 1L << 20;
    public const int Entries = 2000;

    /// <summary>Deflate reaches about 1000 on zeros; real assemblies stay below 10.</summary>
    public const int Ratio = 200;
    public const long RatioAppliesFrom = 1L << 20;
}
