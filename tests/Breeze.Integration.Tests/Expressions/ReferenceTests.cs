using System.IO.Compression;
using Breeze.Core.Expressions;
using Breeze.PluginHost;
using Breeze.Testing;
using Shouldly;
using Xunit;

namespace Breeze.Integration.Tests.Expressions;

public sealed class ReferenceTests
{
    static readonly string Document = Path.Combine(RepositoryPaths.Root, "docs", "expressions.md");

    [Fact]
    public async Task The_reference_is_what_the_catalogue_says()
    {
        var text = await File.ReadAllTextAsync(Document, TestContext.Current.CancellationToken);
        var written = text[..(text.IndexOf(ExpressionReference.Begin, StringComparison.Ordinal) + ExpressionReference.Begin.Length)] + "\n\n" + ExpressionReference.Markdown(ExpressionCatalog.BuiltIn)
            + "\n" + ExpressionReference.OfPlugins + "\n\n" + ExpressionReference.Markdown(OfPlugins());
        if (Environment.GetEnvironmentVariable("BREEZE_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(Document, written, TestContext.Current.CancellationToken);
            return;
        }
        text.ShouldBe(written, "docs/expressions.md is out of date: run this test with BREEZE_WRITE_DOCS=1 in the environment, and commit the file.");
    }

    [Fact]
    public void Every_example_is_a_valid_expression()
    {
        var plugins = OfPlugins();
        foreach (var field in ExpressionCatalog.BuiltIn.Fields.Concat(plugins))
        {
            ExpressionEngine.Parse(field.Example, ExpressionCatalog.BuiltIn.With(plugins)).Error.ShouldBeNull(field.Example);
        }
    }

    /// <summary>Of the packages in the repository that declare some.</summary>
    static IReadOnlyList<ExpressionField> OfPlugins() =>
    [
        .. new[] { "plugins/collectors.hardware", "samples/samples.hello-collector" }.SelectMany(name =>
        {
            using var package = ZipFile.OpenRead(Path.Combine(RepositoryPaths.Artifacts, name + ".bpkg"));
            return ExpressionReference.Fields(Read(package, PluginManifest.FileName, json => PluginManifestReader.Read(json).Manifest!).Name, Read(package, PluginCatalog.FileName, json => PluginCatalogJson.Read(json).Catalog!).Inventory);
        }),
    ];

    static T Read<T>(ZipArchive package, string name, Func<ReadOnlyMemory<byte>, T> read)
    {
        using var stream = package.GetEntry(name)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return read(content.ToArray());
    }
}
