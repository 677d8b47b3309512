using System.Text;
using System.Text.Json.Nodes;

namespace Breeze.PluginHost.Tests;

/// <summary>What a package may declare of its inventory. It may be written by anybody: signed is not the same as well meant.</summary>
public sealed class CatalogTests
{
    const string Kind = """{ "kind": "printer", "description": "Printers.", "fields": [{ "name": "toner", "value": "number", "description": "Toner, in percent." }] }""";

    [Fact]
    public void What_is_written_is_read_again()
    {
        var catalog = PluginCatalog.Empty with
        {
            Inventory = [new("acme-printer", "Printers.", [new("model.name", "text", "What it is called.", false), new("errors", "text", "What it says.", true), new("on", "flag", "Whether it is on.", false)])],
        };

        var (read, error) = PluginCatalogJson.Read(PluginCatalogJson.Write(catalog));

        error.ShouldBeNull();
        var kind = read!.Inventory.ShouldHaveSingleItem();
        (kind.Kind, kind.Description).ShouldBe(("acme-printer", "Printers."));
        kind.Fields.ShouldBe(catalog.Inventory[0].Fields);
    }

    [Theory]
    [InlineData("kind", "Printer", "inventory[0].kind")]
    [InlineData("kind", "custom", "inventory[0].kind")]
    [InlineData("kind", "a'; DROP TABLE devices; --", "inventory[0].kind")]
    [InlineData("kind", "a.b", "inventory[0].kind")]
    [InlineData("description", "", "inventory[0].description")]
    [InlineData("description", "two\nlines", "inventory[0].description")]
    [InlineData("fields.name", "a.b.c.d", "inventory[0].fields[0].name")]
    [InlineData("fields.name", "x') OR ('1'='1", "inventory[0].fields[0].name")]
    [InlineData("fields.name", "toner\n", "inventory[0].fields[0].name")]
    [InlineData("fields.name", "", "inventory[0].fields[0].name")]
    [InlineData("fields.value", "money", "inventory[0].fields[0].value")]
    [InlineData("fields.sql", "1", "inventory[0].fields[0].sql")]
    public void A_fault_is_told_with_its_path(string member, string value, string path)
    {
        var kind = JsonNode.Parse(Kind)!.AsObject();
        (member.StartsWith("fields.", StringComparison.Ordinal) ? kind["fields"]![0]!.AsObject() : kind)[member.Split('.')[^1]] = value;

        Fault(kind).ShouldContain($"\"{path}\"");
    }

    [Fact]
    public void Names_come_once_flags_are_no_lists_and_there_are_not_endlessly_many()
    {
        Fault(JsonNode.Parse(Kind)!, JsonNode.Parse(Kind)!).ShouldContain("a second time");
        Fault(With(new JsonObject { ["name"] = "on", ["value"] = "flag", ["description"] = "On.", ["list"] = true })).ShouldContain("a flag is no list");
        Fault(With([.. Enumerable.Range(0, 101).Select(i => new JsonObject { ["name"] = $"f{i}", ["value"] = "text", ["description"] = "One of many." })])).ShouldContain("more than 100 fields");
    }

    static JsonNode With(params JsonNode[] fields)
    {
        var kind = JsonNode.Parse(Kind)!;
        kind["fields"] = new JsonArray(fields);
        return kind;
    }

    static string Fault(params JsonNode[] kinds)
    {
        var json = new JsonObject { ["provides"] = new JsonArray(), ["metrics"] = new JsonArray(), ["inventory"] = new JsonArray(kinds) }.ToJsonString();
        var (catalog, error) = PluginCatalogJson.Read(Encoding.UTF8.GetBytes(json));
        catalog.ShouldBeNull();
        error!.Code.ShouldBe(PluginErrorCodes.ManifestInvalid);
        return error.Message;
    }
}
