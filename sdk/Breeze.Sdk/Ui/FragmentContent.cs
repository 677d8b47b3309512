using System.Text.Json;

namespace Breeze.Sdk;

/// <summary>What a fragment shows; exactly one of its parts is set.</summary>
public sealed record FragmentContent
{
    FragmentContent()
    {
    }

    /// <summary>The path of a Scriban template in the package, rendered by the host with HTML escaping on.</summary>
    public string? TemplatePath { get; private init; }

    /// <summary>The template's model: an object whose members become the template's variables.</summary>
    public JsonElement Model { get; private init; }

    /// <summary>A table that the host renders.</summary>
    public FragmentTable? Table { get; private init; }

    /// <summary>Shows a template of the package.</summary>
    public static FragmentContent FromTemplate(string path, JsonElement model) => new() { TemplatePath = path, Model = model };

    /// <summary>Shows a table.</summary>
    public static FragmentContent FromTable(FragmentTable table) => new() { Table = table };
}
