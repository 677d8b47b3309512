using System.Text.Json;
using Breeze.Collectors.Patches;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class PatchesCollectorTests
{
    [Fact]
    public void What_apt_would_install_is_understood()
    {
        AptSimulation.Parse("""
            NOTE: This is only a simulation!
            Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
            Inst libgcrypt20-dev [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
            Inst linux-image-6.1.0-40-amd64 (6.1.153-1 Debian-Security:12/oldstable-security [amd64])
            Conf bash (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
            Inst strange
            """).ShouldBe(
        [
            new PendingUpdate("bash", "5.2.15-2+b8", "5.2.15-2+b13", "apt"),
            new PendingUpdate("libgcrypt20-dev", "1.10.1-3", "1.10.1-3+deb12u1", "apt", Security: true),
            new PendingUpdate("linux-image-6.1.0-40-amd64", null, "6.1.153-1", "apt", Security: true, NeedsRestart: true),
        ]);
    }

    [Fact]
    public void What_dnf_would_update_is_understood() => DnfLists.Parse(
        """

        kernel-core.x86_64              6.9.4-200.fc40             updates
        python3.12-libs.x86_64          3.12.4-1.fc40              updates
        openssl-libs.x86_64             1:3.2.2-1.fc40             updates
        Obsoleting Packages
        old.noarch                      1-1                        updates
        """,
        """
        FEDORA-2026-aaaa bugfix         python3.12-libs-3.12.4-1.fc40.x86_64
        FEDORA-2026-bbbb Important/Sec. kernel-core-6.9.4-200.fc40.x86_64
        FEDORA-2026-cccc Moderate/Sec.  openssl-libs-3.2.2-1.fc40.x86_64
        """).ShouldBe(
        [
            new PendingUpdate("kernel-core", null, "6.9.4-200.fc40", "dnf", "important", Security: true, NeedsRestart: true),
            new PendingUpdate("python3.12-libs", null, "3.12.4-1.fc40", "dnf"),
            new PendingUpdate("openssl-libs", null, "1:3.2.2-1.fc40", "dnf", "moderate", Security: true, NeedsRestart: true),
        ]);

    [Fact]
    public void What_Windows_Update_and_winget_offer_is_understood()
    {
        var document = WindowsPatches.Parse(JsonElement.Parse("""
            {"answered":true,"restart":true,"updates":[{"Title":"2026-01 Cumulative Update","Kb":"5031364","Severity":"Critical","Restart":1,"Security":true},
             {"Title":"Definitions","Kb":"","Severity":null,"Restart":0,"Security":false},{"Title":null}]}
            """));
        document.Sources.ShouldBe(["windows-update"]);
        document.RestartRequired.ShouldBe(true);
        document.Updates.ShouldBe(
        [
            new PendingUpdate("2026-01 Cumulative Update", null, "KB5031364", "windows-update", "critical", Security: true, NeedsRestart: true),
            new PendingUpdate("Definitions", null, null, "windows-update"),
        ]);
        WindowsPatches.Parse(JsonElement.Parse("[]")).Updates.ShouldBeEmpty();

        WingetTable.Parse(
            "   -\r   \\\rName               Id                  Version   Available Source\r\n---------------------------------------------------------------\r\n"
            + "7-Zip 23.01 (x64)  7zip.7zip           23.01     24.07     winget\r\nNode.js            OpenJS.NodeJS       Unknown   22.3.0    winget\r\n2 upgrades available.\r\n").ShouldBe(
            [new PendingUpdate("7zip.7zip", "23.01", "24.07", "winget"), new PendingUpdate("OpenJS.NodeJS", null, "22.3.0", "winget")]);
    }

    [Fact]
    public void What_softwareupdate_and_brew_offer_is_understood()
    {
        MacPatches.ParseList("""
            Software Update found the following new or updated software:
            * Label: macOS Sonoma 14.5-23F79
            	Title: macOS Sonoma 14.5, Version: 14.5, Size: 1234567KiB, Recommended: YES, Action: restart,
            * Label: Safari17.5
            	Title: Safari, Version: 17.5, Size: 12345KiB, Recommended: YES,
            """).ShouldBe(
            [new PendingUpdate("macOS Sonoma 14.5", null, "14.5", "softwareupdate", NeedsRestart: true), new PendingUpdate("Safari", null, "17.5", "softwareupdate")]);
        MacPatches.ParseBrew(JsonElement.Parse("""
            {"formulae":[{"name":"wget","installed_versions":["1.24.4","1.24.3"],"current_version":"1.24.5"}],"casks":[{"name":"firefox","installed_versions":"125.0","current_version":"126.0"}]}
            """)).ShouldBe([new PendingUpdate("wget", "1.24.4, 1.24.3", "1.24.5", "brew"), new PendingUpdate("firefox", "125.0", "126.0", "brew")]);
    }
}
