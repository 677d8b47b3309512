using System.Text;

namespace Breeze.Collectors.System;

/// <summary>Chooses from /proc/self/mountinfo the file systems whose space is worth watching.</summary>
static class MountTable
{
    public const int MostMounts = 32;

    /// <summary>
    /// What is on a disk of this device. Network and most FUSE file systems are left out: asking one whose server is gone blocks for ever.
    /// </summary>
    static readonly HashSet<string> LocalTypes =
    [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "nilfs2", "ntfs", "ntfs3", "fuseblk", "vfat", "exfat",
        "hfs", "hfsplus", "ufs", "overlay",
    ];

    /// <summary>The mount points, one for each device: the first one mounted, which is the shortest path if several are.</summary>
    public static List<string> Parse(string content, NameFilter exclude)
    {
        var byDevice = new Dictionary<string, string>(StringComparer.Ordinal);
        var hasRoot = false;
        foreach (var line in content.Split('\n'))
        {
            // 36 35 98:0 /root-in-fs /mount options [optional…] - type source super-options
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash < 0 || dash + 2 >= fields.Length || !LocalTypes.Contains(fields[dash + 1]))
                continue;
            var mountpoint = Unescape(fields[4]);
            // An overlay shows the space of the disk below, which is listed itself; only in a container is it all there is.
            if (fields[dash + 1] == "overlay" && mountpoint != "/" || exclude.Excludes(mountpoint) || mountpoint.EndsWith("/resolv.conf", StringComparison.Ordinal))
                continue;
            hasRoot |= mountpoint == "/";
            // The volumes of btrfs have device numbers of their own but one source.
            var device = fields[dash + 2].StartsWith("/dev/", StringComparison.Ordinal) ? fields[dash + 2] : fields[2];
            if (!byDevice.TryGetValue(device, out var known) || mountpoint.Length < known.Length)
                byDevice[device] = mountpoint;
        }
        var mounts = byDevice.Values.Order(StringComparer.Ordinal).Take(MostMounts).ToList();
        if (hasRoot && !mounts.Contains("/"))
            mounts[^1] = "/";
        return mounts;
    }

    /// <summary>The kernel writes space, tab, line end and backslash as three octal digits.</summary>
    static string Unescape(string path)
    {
        if (!path.Contains('\\', StringComparison.Ordinal))
            return path;
        var result = new StringBuilder(path.Length);
        for (var index = 0; index < path.Length; index++)
        {
            if (path[index] == '\\' && index + 3 < path.Length && path.AsSpan(index + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                result.Append((char)(((path[index + 1] - '0') << 6) | ((path[index + 2] - '0') << 3) | (path[index + 3] - '0')));
                index += 3;
            }
            else
            {
                result.Append(path[index]);
            }
        }
        return result.ToString();
    }
}
