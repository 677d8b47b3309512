using System.Runtime.InteropServices;

namespace Breeze.Remote.Files.Unix;

/// <summary>What the system says, in words for the technician.</summary>
static class UnixErrors
{
    /// <summary>Of the call that has just failed.</summary>
    public static FileFault Last(string name) => Of(Marshal.GetLastPInvokeError(), name);

    public static FileFault Of(int error, string name) => error switch
    {
        UnixCalls.NotPermitted or UnixCalls.Denied => new("denied", $"{name}: the agent on the device may not do that."),
        UnixCalls.NoEntry => FileFault.Missing(name),
        UnixCalls.Exists => FileFault.Occupied(name),
        UnixCalls.NoFolder => new("not_a_folder", $"{name} is no folder."),
        UnixCalls.IsFolder => new("not_a_file", $"{name} is a folder."),
        UnixCalls.OtherDevice => new(FileFault.CrossDevice, $"{name} lies on another file system."),
        UnixCalls.NoSpace => FileFault.Full(),
        UnixCalls.ReadOnly => new("read_only", $"{name} lies on a file system that can only be read."),
        UnixCalls.Busy => new("busy", $"{name} is in use, such as a place where something is mounted."),
        UnixCalls.TooLarge => new("too_large", $"{name} would be larger than the device allows."),
        _ when error == UnixCalls.QuotaExceeded => FileFault.Full(),
        _ when error == UnixCalls.TooManyLinks => FileFault.Link(name),
        _ when error == UnixCalls.NameTooLong => new("too_long", $"{name} is longer than the device takes for a name or a path."),
        _ when error == UnixCalls.NotEmpty => new("not_empty", $"{name} is not empty."),
        _ => new("failed", $"{name}: {Marshal.GetPInvokeErrorMessage(error)}."),
    };
}
