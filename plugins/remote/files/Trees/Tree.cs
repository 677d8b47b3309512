namespace Breeze.Remote.Files.Trees;

/// <summary>Goes through a folder and what is below it, by open folders, so that no link that somebody puts there meanwhile leads elsewhere.</summary>
static class Tree
{
    /// <summary>Each level keeps a folder open.</summary>
    public const int MaximumDepth = 256;

    public static FileFault TooDeep(string name) => new("too_deep", $"{name} is more than {MaximumDepth} folders deep. Begin further down.");

    public static FileFault Elsewhere(string name) => new("mounted", $"Another file system is mounted at {name}. It is left as it is; unmount it first.");

    public static FileEntry Require(IFolder folder, string name) => folder.Find(name) ?? throw FileFault.Missing(name);
}
