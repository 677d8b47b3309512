namespace Breeze.Remote.Files;

/// <summary>What could not be done, as the technician sees it. Thrown, because it comes from the bottom of a tree of folders and ends the whole request.</summary>
sealed class FileFault(string code, string message) : IOException(message)
{
    public const string CrossDevice = "cross_device";
    public const string Exists = "exists";
    public const string NotFound = "not_found";
    public const string DiskFull = "disk_full";

    /// <summary>One word for the page.</summary>
    public string Code { get; } = code;

    public static FileFault Invalid(string message) => new("invalid", message);

    public static FileFault Missing(string name) => new(NotFound, $"{name} is not there any more.");

    public static FileFault Occupied(string name) => new(Exists, $"{name} is there already.");

    public static FileFault Link(string name) =>
        new("link_in_path", $"{name} is a link, or was replaced by one. Open the folder that it leads to, and do it there.");

    /// <summary>What .NET or the system said while a file was read or written.</summary>
    public static FileFault Of(Exception error) => error switch
    {
        FileFault fault => fault,
        UnauthorizedAccessException => new("denied", "The agent on the device may not do that."),
        FileNotFoundException or DirectoryNotFoundException => new(NotFound, "It is not there any more."),
        PathTooLongException => new("too_long", "The path is longer than the device takes."),
        IOException io when IsFull(io.HResult) => Full(),
        IOException io when !OperatingSystem.IsWindows() && io.HResult is 27 => new("too_large", "The file would be larger than the device allows."),
        _ => new("failed", $"The device could not do it: {error.Message}"),
    };

    public static FileFault Full() => new(DiskFull, "The disk is full. Nothing was changed under the file's name.");

    /// <summary>ENOSPC, EDQUOT, and ERROR_DISK_FULL.</summary>
    static bool IsFull(int code) => OperatingSystem.IsWindows() ? (code & 0xffff) is 112 or 39 : code is 28 or 122 or 69;
}
