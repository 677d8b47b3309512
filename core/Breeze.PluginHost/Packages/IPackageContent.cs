namespace Breeze.PluginHost;

/// <summary>The files of a package, packed or unpacked, so that both are verified by the same code.</summary>
interface IPackageContent
{
    IReadOnlyCollection<string> Paths { get; }

    /// <summary>Opens a file for reading; the content is not trusted to be as long as it claims.</summary>
    Stream Open(string path);
}
