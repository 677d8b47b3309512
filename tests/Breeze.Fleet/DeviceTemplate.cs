using Breeze.Protocol;

namespace Breeze.Fleet;

/// <summary>A kind of machine as one meets them at customers'.</summary>
/// <param name="Prefix">Of host names.</param>
/// <param name="Weight">How many of a hundred are of this kind.</param>
sealed record DeviceTemplate(string Prefix, int Weight, OsInfo Os)
{
    public required string[] Models { get; init; }
    public required int[] Cores { get; init; }
    public required int[] MemoryGib { get; init; }
    public required string[] Mounts { get; init; }
    public required (string Name, string Version)[] Software { get; init; }
    public required string[] Services { get; init; }

    /// <summary>How busy its processor is in the middle.</summary>
    public double Load { get; init; } = 0.15;

    public static IReadOnlyList<DeviceTemplate> All { get; } =
    [
        new("ws", 45, new("windows", "Windows 11 Pro", "10.0.26100", "x64"))
        {
            Models = ["Dell OptiPlex 7010", "HP EliteDesk 800 G9", "Lenovo ThinkCentre M75q"], Cores = [4, 6, 8], MemoryGib = [8, 16, 32], Mounts = ["C:"],
            Software = [("Google Chrome", "154.0.7900.12"), ("Microsoft 365 Apps", "16.0.19000.20110"), ("7-Zip", "24.09"), ("Adobe Acrobat Reader", "25.001.20500"), ("Zoom Workplace", "6.5.1")],
            Services = ["Spooler", "WinDefend", "wuauserv", "BITS", "LanmanWorkstation"],
        },
        new("nb", 20, new("windows", "Windows 11 Pro", "10.0.22631", "x64"))
        {
            Models = ["Lenovo ThinkPad T14 Gen 4", "Dell Latitude 5440", "HP EliteBook 840 G10"], Cores = [8, 12], MemoryGib = [16, 32], Mounts = ["C:"],
            Software = [("Mozilla Firefox", "145.0.1"), ("Microsoft Teams", "25290.205"), ("OpenVPN", "2.6.12"), ("KeePassXC", "2.7.10")],
            Services = ["Spooler", "WinDefend", "wuauserv", "WlanSvc"],
        },
        new("srv", 12, new("windows", "Windows Server 2022 Standard", "10.0.20348", "x64"))
        {
            Models = ["Dell PowerEdge R650", "HPE ProLiant DL380 Gen11", "VMware Virtual Platform"], Cores = [8, 16, 32], MemoryGib = [32, 64, 128], Mounts = ["C:", "D:"],
            Software = [("Microsoft SQL Server 2022", "16.0.4185.3"), ("Veeam Agent", "6.3.2.1205"), ("OpenSSL", "3.0.13")],
            Services = ["MSSQLSERVER", "W3SVC", "DNS", "NTDS", "Spooler"], Load = 0.3,
        },
        new("web", 10, new("linux", "Debian GNU/Linux", "12", "x64"))
        {
            Models = ["KVM", "Supermicro SYS-1029P"], Cores = [2, 4, 8], MemoryGib = [4, 8, 16], Mounts = ["/", "/var"],
            Software = [("nginx", "1.22.1-9+deb12u2"), ("openssl", "3.0.15-1~deb12u1"), ("openssh-server", "1:9.2p1-2+deb12u3"), ("postgresql-15", "15.8-0+deb12u1"), ("curl", "7.88.1-10+deb12u8")],
            Services = ["nginx.service", "ssh.service", "cron.service", "postgresql.service"], Load = 0.35,
        },
        new("app", 8, new("linux", "Ubuntu", "24.04", "x64"))
        {
            Models = ["KVM", "Amazon EC2 t3.large"], Cores = [2, 4], MemoryGib = [4, 8], Mounts = ["/", "/srv"],
            Software = [("openssl", "3.0.13-0ubuntu3.4"), ("docker-ce", "5:27.3.1-1~ubuntu.24.04"), ("python3", "3.12.3-0ubuntu2"), ("redis-server", "5:7.0.15-1")],
            Services = ["docker.service", "ssh.service", "redis-server.service", "cron.service"], Load = 0.25,
        },
        new("mac", 5, new("macos", "macOS", "15.1", "arm64"))
        {
            Models = ["MacBook Pro (14-inch, M3)", "Mac mini (M2)", "MacBook Air (M3)"], Cores = [8, 10, 12], MemoryGib = [16, 24, 36], Mounts = ["/"],
            Software = [("Google Chrome", "154.0.7900.10"), ("Slack", "4.41.97"), ("Xcode", "16.1")],
            Services = ["com.apple.Spotlight", "com.openssh.sshd"], Load = 0.1,
        },
    ];

    /// <summary>The kind of a device, as often as its weight says.</summary>
    public static DeviceTemplate Of(ref Dice dice)
    {
        var place = dice.Next(All.Sum(t => t.Weight));
        foreach (var template in All)
        {
            if ((place -= template.Weight) < 0)
            {
                return template;
            }
        }
        return All[^1];
    }
}
