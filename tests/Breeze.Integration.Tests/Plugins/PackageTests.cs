using System.IO.Compression;
using Breeze.Integration.Tests.Support;
using Breeze.PluginHost;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Plugins;

/// <summary>Packages that somebody broke, on both of their ways to the server.</summary>
[Collection(PluginServer.Alone)]
public sealed class PackageTests(PluginServer plugins)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Faults => ["hash_mismatch", "signature_missing", "publisher_untrusted", "path_traversal", "sdk_incompatible", "package_malformed", "signature_invalid", "manifest_invalid"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_broken_package_is_refused_by_its_code_and_harms_nobody(string code)
    {
        var before = await InstalledAsync();
        (await plugins.UploadAsync(Broken(code)).ShouldBeProblemAsync(422, code)).ShouldNotBeNullOrWhiteSpace();
        (await InstalledAsync()).ShouldBe(before);
    }

    /// <summary>What is there; how it fares may change by itself, by what another test has left loading or ending.</summary>
    async Task<List<string>> InstalledAsync() => [.. (await plugins.Admin.GetJsonAsync("/api/v1/plugins")).GetProperty("data").EnumerateArray()
        .Select(p => $"{p.Text("id")} {p.Text("version")} {p.Text("hash")} {p.Text("signer")} {p.GetProperty("enabled").GetBoolean()} {p.GetProperty("server_error").ValueKind}")];

    [Fact]
    public async Task Broken_packages_in_the_folder_are_said_by_name_and_the_sound_one_beside_them_loads()
    {
        foreach (var fault in Faults)
        {
            await File.WriteAllBytesAsync(Path.Combine(plugins.Folder, $"a-{fault.Data}.bpkg"), Broken(fault.Data), Token);
        }
        await File.WriteAllBytesAsync(Path.Combine(plugins.Folder, "b-good.bpkg"), Package.HelloServer("1.0.0", "samples.folder").Sign(), Token);
        await Http.UntilAsync(() => plugins.IsActiveAsync("samples.folder", "1.0.0"));
        await plugins.Admin.GetJsonAsync("/api/v1/plugins/samples.folder/status");
        foreach (var fault in Faults)
        {
            await Http.UntilAsync(() => Task.FromResult(plugins.Server.Output.Contains($"a-{fault.Data}.bpkg", StringComparison.Ordinal)));
            plugins.Server.Output.ShouldContain(fault.Data);
        }
        // One that is replaced by a sound one is taken.
        await File.WriteAllBytesAsync(Path.Combine(plugins.Folder, "a-hash_mismatch.bpkg"), Package.HelloServer("1.0.0", "samples.mended").Sign(), Token);
        await Http.UntilAsync(() => plugins.IsActiveAsync("samples.mended", "1.0.0"));
    }

    [Fact]
    public async Task An_upload_is_recorded_with_who_signed_it()
    {
        await Http.ReadAsync(await plugins.UploadAsync(Package.HelloServer("1.0.0", "samples.recorded").Sign()), 201);
        using var publisher = Package.Publisher();
        var detail = await ServerDatabase.ReadAsync<string>(plugins.Server, "SELECT detail::text FROM audit_logs WHERE action = 'plugin.uploaded' AND target_id = 'samples.recorded'");
        detail.ShouldContain(publisher.PublicKey.KeyId);
        detail.ShouldContain("1.0.0");
    }

    static byte[] Broken(string code)
    {
        var package = Package.HelloServer("1.0.0", "samples.broken");
        return code switch
        {
            "hash_mismatch" => package.SignThen(a => Replace(a, "HelloServer.dll", "not what was signed"u8.ToArray())),
            "signature_missing" => package.SignThen(a => a.GetEntry("MANIFEST.sig")!.Delete()),
            "signature_invalid" => package.SignThen(a => Replace(a, "MANIFEST.json", [.. Read(a, "MANIFEST.json"), (byte)' '])),
            "path_traversal" => package.SignThen(a => Replace(a, "../../evil.dll", "evil"u8.ToArray())),
            "sdk_incompatible" => package.WithManifest(m => m["sdk"] = "[99.0,100.0)").Sign(),
            "manifest_invalid" => package.WithManifest(m => m.Remove("entry")).Sign(),
            "package_malformed" => "PK not really"u8.ToArray(),
            _ => Strangers(package),
        };

        static byte[] Strangers(Package package)
        {
            using var stranger = PackageSigner.Generate();
            return package.Sign(stranger);
        }
    }

    static byte[] Read(ZipArchive archive, string path)
    {
        using var stream = archive.GetEntry(path)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    static void Replace(ZipArchive archive, string path, byte[] content)
    {
        archive.GetEntry(path)?.Delete();
        using var stream = archive.CreateEntry(path).Open();
        stream.Write(content);
    }
}
