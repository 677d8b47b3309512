namespace Breeze.Features.Alerting.Rules;

/// <summary>The rules that every partner begins with; afterwards they are the partner's own.</summary>
public static class StarterRules
{
    public static IReadOnlyList<StarterRule> All { get; } =
    [
        new("server-offline", "Server is offline", AlertSeverity.Critical, "offline for 5m", "A device tagged “server” has stopped checking in.") { Target = "tags has \"server\"" },
        new("device-gone", "Device has not been seen for a month", AlertSeverity.Info, "last_seen < 30d ago", "It may be in a drawer, replaced, or in need of the agent again."),
        new("disk-filling", "Disk is filling up", AlertSeverity.Warning, "system.filesystem.utilization > 90% for 15m", "Less than a tenth of a file system is free.")
        {
            Recovery = "system.filesystem.utilization < 88%",
        },
        new("disk-full", "Disk is nearly full", AlertSeverity.Critical, "system.filesystem.utilization > 97% for 5m", "Programs are about to fail for want of space.")
        {
            Recovery = "system.filesystem.utilization < 95%",
        },
        new("disk-full-soon", "Disk is full within four days", AlertSeverity.Warning, "system.filesystem.utilization > 70% and forecast(system.filesystem.utilization, 4d) > 99%", "As it has been growing for a day, a file system fills up.")
        {
            Recovery = "forecast(system.filesystem.utilization, 4d) < 95%",
        },
        new("disk-errors", "Disk reports errors", AlertSeverity.Error, "event(\"disk\", id = \"7\", count >= 1, within = 1d) or event(\"kernel\", message = \"i/o error\", count >= 3, within = 1h)", "Save what is on it while it can be read."),
        new("cpu-busy", "Processor is busy for half an hour", AlertSeverity.Warning, "cpu.percent > 95 for 30m", "Something works without a pause.") { Recovery = "cpu.percent < 85" },
        new("memory-short", "Memory is short", AlertSeverity.Warning, "memory.percent > 95 for 15m", "Programs hardly get memory any more.") { Recovery = "memory.percent < 90" },
        new("swap-busy", "Swap space is nearly used up", AlertSeverity.Warning, "system.paging.utilization > 80% for 15m", "Memory has been short for a while.")
        {
            Recovery = "system.paging.utilization < 70%",
        },
        new("many-processes", "Too many processes", AlertSeverity.Warning, "system.process.count > 2000 for 15m", "Something starts programs and does not end them.") { Enabled = false },
        new("load-high", "Load is high", AlertSeverity.Warning, "system.cpu.load_average.15m > 32", "More threads want to run than there are processors for them.") { Enabled = false },
        new("cpu-unusual", "Processor is far busier than usual", AlertSeverity.Info, "cpu.percent > 50 and baseline(cpu.percent) > 4 for 15m", "At this hour of the week it has other things to do.") { Enabled = false },
        new("not-measured", "Nothing is measured any more", AlertSeverity.Info, "absent(cpu.percent) for 1h", "The device checks in without readings: look at its plugins.") { Enabled = false },
        new("security-updates", "Security updates wait for a week", AlertSeverity.Warning, "updates.security_count > 0 for 7d", "Holes that are known stay open."),
        new("many-updates", "Many updates wait", AlertSeverity.Info, "updates.count > 50 for 7d", "The device has not been updated for long.") { Enabled = false },
        new("restart-needed", "A restart is due for three days", AlertSeverity.Info, "updates.needs_restart for 3d", "Installed updates wait for a restart."),
        new("long-uptime", "Not restarted for three months", AlertSeverity.Info, "uptime > 90d", "Updates of the system take effect with a restart.") { Enabled = false },
        new("windows-unsupported", "Windows version is out of support", AlertSeverity.Warning, "os.family = \"windows\" and os.version < 10.0", "It gets no security updates any more."),
        new("windows-defender", "Defender does not run", AlertSeverity.Error, "services(\"WinDefend\") = \"stopped\" for 10m", "The antivirus service of Windows has stopped.") { Target = "os.family = \"windows\"" },
        new("windows-sql", "SQL Server has stopped", AlertSeverity.Critical, "services(\"MSSQLSERVER\") = \"stopped\" for 3m", "The database service is there and does not run.") { Target = "os.family = \"windows\"" },
        new("windows-crashes", "Windows crashes again and again", AlertSeverity.Error, "event(\"Microsoft-Windows-Kernel-Power\", id = \"41\", count >= 3, within = 1d)", "It restarted three times within a day without having shut down.")
        {
            Target = "os.family = \"windows\"",
        },
        new("windows-spooler", "Print spooler has stopped", AlertSeverity.Warning, "services(\"Spooler\") = \"stopped\" for 10m", "Nobody can print there.") { Enabled = false, Target = "os.family = \"windows\"" },
        new("linux-ssh", "SSH server has failed", AlertSeverity.Error, "services(\"ssh.service\") = \"failed\" or services(\"sshd.service\") = \"failed\"", "Nobody can sign in from afar.") { Target = "os.family = \"linux\"" },
        new("linux-memory", "Programs were ended for want of memory", AlertSeverity.Error, "event(\"kernel\", message = \"out of memory\", count >= 1, within = 30m)", "The kernel chose one to end so that the others can go on.") { Target = "os.family = \"linux\"" },
        new("linux-ssh-guessing", "Somebody guesses passwords", AlertSeverity.Warning, "event(\"sshd\", message = \"maximum authentication attempts exceeded\", count >= 5, within = 10m)", "Log-ins over SSH fail again and again.")
        {
            Target = "os.family = \"linux\"",
        },
        new("linux-docker", "Docker has failed", AlertSeverity.Error, "services(\"docker.service\") = \"failed\" for 3m", "The containers of the device do not run.") { Target = "os.family = \"linux\"" },
        new("linux-cron", "Cron has failed", AlertSeverity.Warning, "services(\"cron.service\") = \"failed\" or services(\"crond.service\") = \"failed\"", "Scheduled work does not run.") { Target = "os.family = \"linux\"" },
    ];
}
