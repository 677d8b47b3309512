using Breeze.Core.Expressions;
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
        var written = text[..(text.IndexOf(ExpressionReference.Begin, StringComparison.Ordinal) + ExpressionReference.Begin.Length)] + "\n\n" + ExpressionReference.Markdown(ExpressionCatalog.BuiltIn);
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
        foreach (var field in ExpressionCatalog.BuiltIn.Fields)
        {
            ExpressionEngine.Parse(field.Example, ExpressionCatalog.BuiltIn).Error.ShouldBeNull(field.Example);
        }
    }
}
