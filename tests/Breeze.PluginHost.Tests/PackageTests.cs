using System.IO.Compression;
using System.Text;

namespace Breeze.PluginHost.Tests;

public sealed class PackageTests : IDisposable
{
    readonly PluginSigner signers = new();

    TrustStore Trust => new([signers.Trusted.PublicKey]);

    public void Dispose() => signers.Dispose();

    [Fact]
    public void A_signed_package_reads_back_with_its_manifest_and_signer()
    {
        var result = PackageReader.Read(TestPackage.Of().Sign(signers.Trusted), Trust);

        result.Error.ShouldBeNull();
        result.Package!.Manifest.Id.ShouldBe("test.fixture");
        result.Package.Signer.ShouldBe(signers.Trusted.PublicKey.KeyId);
        result.Package.Files.Select(file => file.Path).ShouldBe(["Breeze.Fixture.dll", "plugin.json"]);
    }

    [Fact]
    public void The_identity_of_a_package_is_its_content_and_not_its_signature()
    {
        var first = PackageReader.Read(TestPackage.Of().Sign(signers.Trusted), Trust).Package!;
        var again = PackageReader.Read(TestPackage.Of().Sign(signers.Stranger), new TrustStore([signers.Stranger.PublicKey])).Package!;
        var other = PackageReader.Read(TestPackage.Of().With("README.md", "x").Sign(signers.Trusted), Trust).Package!;

        again.Hash.ShouldBe(first.Hash);
        other.Hash.ShouldNotBe(first.Hash);
    }

    [Fact]
    public void The_same_files_give_the_same_bytes_but_for_the_signature()
    {
        var first = WithoutSignature(TestPackage.Of().Sign(signers.Trusted));
        var second = WithoutSignature(TestPackage.Of().Sign(signers.Trusted));

        second.ShouldBe(first);
    }

    [Fact]
    public void A_changed_file_is_found() =>
        Fault(archive => Replace(archive, "plugin.json", "{}")).ShouldBe(PluginErrorCodes.HashMismatch);

    [Fact]
    public void A_changed_manifest_breaks_the_signature() =>
        Fault(archive => Replace(archive, "MANIFEST.json", """{"format":1,"files":[]}""")).ShouldBe(PluginErrorCodes.SignatureInvalid);

    [Fact]
    public void A_package_without_a_signature_is_refused() =>
        Fault(archive => archive.GetEntry("MANIFEST.sig")!.Delete()).ShouldBe(PluginErrorCodes.SignatureMissing);

    [Fact]
    public void A_signature_of_another_algorithm_is_refused() =>
        Fault(archive => Replace(archive, "MANIFEST.sig", """{"key_id":"0123456789abcdef","algorithm":"none","signature":""}"""))
            .ShouldBe(PluginErrorCodes.SignatureInvalid);

    [Fact]
    public void A_stranger_is_not_trusted()
    {
        var error = PackageReader.Read(TestPackage.Of().Sign(signers.Stranger), Trust).Error!;

        error.Code.ShouldBe(PluginErrorCodes.PublisherUntrusted);
        error.Message.ShouldContain(signers.Stranger.PublicKey.KeyId);
    }

    [Fact]
    public void A_stranger_who_claims_a_trusted_key_is_found_out()
    {
        var stolen = PackageSignatureOf(TestPackage.Of().Sign(signers.Stranger)).Replace(
            signers.Stranger.PublicKey.KeyId, signers.Trusted.PublicKey.KeyId, StringComparison.Ordinal);

        Fault(archive => Replace(archive, "MANIFEST.sig", stolen)).ShouldBe(PluginErrorCodes.SignatureInvalid);
    }

    [Theory]
    [InlineData("../evil.dll")]
    [InlineData("a/../../evil.dll")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\..\\evil.dll")]
    [InlineData("C:evil.dll")]
    [InlineData("a//b")]
    [InlineData("nul.txt")]
    [InlineData("folder/")]
    public void A_path_that_leads_out_of_the_package_is_refused(string path) =>
        Fault(archive => Write(archive, path, "x")).ShouldBe(PluginErrorCodes.PathTraversal);

    [Fact]
    public void A_symbolic_link_is_refused() =>
        Fault(archive => Write(archive, "link", "/etc/passwd").ExternalAttributes = 0xA1FF << 16).ShouldBe(PluginErrorCodes.PathTraversal);

    [Theory]
    [InlineData("plugin.json")]
    [InlineData("PLUGIN.json")]
    [InlineData("plugin.json/x")]
    public void Entries_that_would_overwrite_each_other_are_refused(string path) =>
        Fault(archive => Write(archive, path, "x")).ShouldBe(PluginErrorCodes.PackageMalformed);

    [Fact]
    public void A_file_that_the_manifest_does_not_list_is_refused() =>
        Fault(archive => Write(archive, "extra.dll", "x")).ShouldBe(PluginErrorCodes.PackageMalformed);

    [Fact]
    public void A_file_that_is_missing_is_noticed() =>
        Fault(archive => archive.GetEntry("Breeze.Fixture.dll")!.Delete()).ShouldBe(PluginErrorCodes.PackageMalformed);

    [Fact]
    public void Too_many_entries_are_refused() =>
        Fault(archive => Enumerable.Range(0, 2001).ToList().ForEach(n => Write(archive, $"f{n}", ""))).ShouldBe(PluginErrorCodes.TooLarge);

    [Fact]
    public void A_decompression_bomb_is_refused() =>
        Fault(archive => Write(archive, "zeros", new string('\0', 4 << 20))).ShouldBe(PluginErrorCodes.TooLarge);

    [Theory]
    [InlineData("")]
    [InlineData("this is no zip file at all, just some text")]
    public void What_is_no_zip_is_refused(string content) =>
        PackageReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(content)), Trust).Error!.Code.ShouldBe(PluginErrorCodes.PackageMalformed);

    [Fact]
    public void A_package_cut_short_anywhere_is_refused_and_never_throws()
    {
        var whole = TestPackage.Of().Sign(signers.Trusted).ToArray();

        for (var length = 0; length < whole.Length; length += 97)
        {
            PackageReader.Read(new MemoryStream(whole, 0, length), Trust).IsValid.ShouldBeFalse();
        }
    }

    [Fact]
    public void A_package_with_any_byte_changed_never_passes_as_another_package_and_never_throws()
    {
        var whole = TestPackage.Of().Sign(signers.Trusted).ToArray();
        var hash = PackageReader.Read(new MemoryStream(whole), Trust).Package!.Hash;

        for (var position = 0; position < whole.Length; position += 31)
        {
            var changed = (byte[])whole.Clone();
            changed[position] ^= 0x20;
            var result = PackageReader.Read(new MemoryStream(changed), Trust);
            (result.Package?.Hash ?? hash).ShouldBe(hash);
        }
    }

    string Fault(Action<ZipArchive> change)
    {
        var stream = TestPackage.Of().Sign(signers.Trusted);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            change(archive);
        }

        stream.Position = 0;
        return PackageReader.Read(stream, Trust).Error.ShouldNotBeNull().Code;
    }

    static void Replace(ZipArchive archive, string path, string content)
    {
        archive.GetEntry(path)!.Delete();
        Write(archive, path, content);
    }

    static ZipArchiveEntry Write(ZipArchive archive, string path, string content)
    {
        var entry = archive.CreateEntry(path);
        using var writer = new StreamWriter(entry.Open());
        writer.Write(content);
        return entry;
    }

    static string PackageSignatureOf(MemoryStream package)
    {
        using var archive = new ZipArchive(package);
        using var reader = new StreamReader(archive.GetEntry("MANIFEST.sig")!.Open());
        return reader.ReadToEnd();
    }

    static byte[] WithoutSignature(MemoryStream package)
    {
        using (var archive = new ZipArchive(package, ZipArchiveMode.Update, leaveOpen: true))
        {
            archive.GetEntry("MANIFEST.sig")!.Delete();
        }

        return package.ToArray();
    }
}
