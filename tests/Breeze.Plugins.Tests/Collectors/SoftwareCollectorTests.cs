using System.Text.Json;
using Breeze.Collectors.Software;

namespace Breeze.Plugins.Tests.Collectors;

public sealed class SoftwareCollectorTests
{
    [Fact]
    public async Task The_packages_of_this_machine_are_listed_in_order_and_the_same_way_twice()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SoftwarePlugin());
        var packages = (await plugin.CollectAsync()).Inventory["software"].GetProperty("packages").EnumerateArray().ToList();
        packages.Count.ShouldBeGreaterThan(50);
        var bash = packages.First(package => package.GetProperty("name").GetString() == "bash");
        bash.GetProperty("source").GetString().ShouldBe("dpkg");
        bash.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        bash.GetProperty("installed_at").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow);
        packages.Select(package => package.GetProperty("name").GetString()!).ShouldBe(packages.Select(package => package.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        // Half an hour has not passed.
        (await plugin.CollectAsync()).Inventory.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_settings_exclude_is_left_out()
    {
        await using var plugin = await RunningPlugin.StartAsync(new SoftwarePlugin(), """{"exclude": ["bash", "lib*"]}""");
        var names = (await plugin.CollectAsync()).Inventory["software"].GetProperty("packages").EnumerateArray().Select(package => package.GetProperty("name").GetString()!).ToList();
        names.ShouldNotBeEmpty();
        names.ShouldNotContain(name => name == "bash" || name.StartsWith("lib", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Packages_that_are_only_configured_or_half_there_are_not_installed()
    {
        const string Status = """
            Package: good
            Status: hold ok installed
            Version: 1:2.0-1
            Maintainer: The Team <team@example.org>
            Description: text
             Package: not this one

            Package: gone
            Status: deinstall ok config-files
            Version: 1

            Package: half
            Status: install reinstreq half-installed
            Version: 1
            """;
        DpkgStatus.Parse(Status.Split('\n'), (_, _) => null).ShouldHaveSingleItem().ShouldBe(new SoftwarePackage("good", "1:2.0-1", "dpkg", "The Team"));
        DpkgStatus.Parse([], (_, _) => null).ShouldBeEmpty();
        DpkgStatus.Read("/no/such/root").ShouldBeEmpty();
    }

    [Fact]
    public void What_rpm_snap_and_flatpak_list_is_understood()
    {
        PackageLists.Rpm("bash\t(none)\t5.2.26-3.fc40\tFedora Project\t1718000000\nopenssl-libs\t1\t3.2.1-2.fc40\t(none)\t0\ngpg-pubkey\t(none)\ta1-b2\t(none)\t1\nbroken\n").ShouldBe(
        [
            new SoftwarePackage("bash", "5.2.26-3.fc40", "rpm", "Fedora Project", DateTimeOffset.FromUnixTimeSeconds(1718000000)),
            new SoftwarePackage("openssl-libs", "1:3.2.1-2.fc40", "rpm"),
        ]);
        PackageLists.Snap("""
            Name      Version    Rev    Tracking       Publisher   Notes
            core22    20240408   1380   latest/stable  canonical*  base
            firefox   126.0-2    4336   latest/stable  mozilla**   -
            """).ShouldBe([new SoftwarePackage("core22", "20240408", "snap", "canonical"), new SoftwarePackage("firefox", "126.0-2", "snap", "mozilla")]);
        PackageLists.Flatpak("org.gimp.GIMP\t2.10.38\tflathub\norg.kde.Platform\t\tflathub\n").ShouldBe(
            [new SoftwarePackage("org.gimp.GIMP", "2.10.38", "flatpak", "flathub"), new SoftwarePackage("org.kde.Platform", null, "flatpak", "flathub")]);
        PackageLists.Rpm(null).ShouldBeEmpty();
    }

    [Fact]
    public void What_Windows_and_macOS_answer_is_understood()
    {
        WindowsSoftware.Parse(JsonElement.Parse("""
            {"programs":[{"DisplayName":"7-Zip 24.05 (x64)","DisplayVersion":"24.05","Publisher":"Igor Pavlov","InstallDate":"20260131","Source":"registry"},
             {"DisplayName":"Tool","DisplayVersion":null,"Publisher":"","InstallDate":"31.01.2026","Source":"registry-user"},{"DisplayName":null}]}
            """)).ShouldBe(
        [
            new SoftwarePackage("7-Zip 24.05 (x64)", "24.05", "registry", "Igor Pavlov", new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero)),
            new SoftwarePackage("Tool", null, "registry-user"),
        ]);
        MacSoftware.Parse(JsonElement.Parse("""
            {"SPApplicationsDataType":[{"_name":"Safari","version":"17.5","obtained_from":"apple","lastModified":"2026-01-31T10:00:00Z"},
             {"_name":"Firefox","version":"126.0","obtained_from":"identified_developer","signed_by":["Developer ID Application: Mozilla Corporation (43AQ936H96)","Apple Root CA"]}]}
            """)).ShouldBe(
        [
            new SoftwarePackage("Safari", "17.5", "applications", "Apple", new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero)),
            new SoftwarePackage("Firefox", "126.0", "applications", "Mozilla Corporation"),
        ]);
        foreach (var odd in (string[])["{}", "[]", """{"programs":3,"SPApplicationsDataType":[1,null]}"""])
        {
            WindowsSoftware.Parse(JsonElement.Parse(odd)).ShouldBeEmpty();
            MacSoftware.Parse(JsonElement.Parse(odd)).ShouldBeEmpty();
        }
    }
}
