namespace Breeze.Remote.Files;

static class FileKinds
{
    public const string File = "file";
    public const string Folder = "folder";
    public const string Link = "link";
    public const string Fifo = "fifo";
    public const string Socket = "socket";
    public const string Device = "device";

    /// <summary>The agent may see that it is there, and no more.</summary>
    public const string Unknown = "unknown";
}
