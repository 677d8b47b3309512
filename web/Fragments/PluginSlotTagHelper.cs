using Breeze.Core.Tenancy;
using Breeze.Sdk;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Fragments;

/// <summary><c>&lt;plugin-slot name="dashboard.card" /&gt;</c>: the cards that plugins put there; nothing at all when there are none.</summary>
[HtmlTargetElement("plugin-slot", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class PluginSlotTagHelper : TagHelper
{
    readonly FragmentRenderer _renderer;
    readonly AccessScope _scope;

    public PluginSlotTagHelper(IServiceProvider services, AccessScope scope) => (_renderer, _scope) = (services.GetRequiredService<FragmentRenderer>(), scope);

    public required string Name { get; set; }

    /// <summary>The device in view; the page has checked that the viewer may see it.</summary>
    public Guid? Device { get; set; }

    public Guid? Organization { get; set; }

    [Microsoft.AspNetCore.Mvc.ViewFeatures.ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        var fragments = await _renderer.RenderAsync(Name, new FragmentRequest(Device, Organization), _scope, ViewContext.HttpContext.RequestAborted);
        foreach (var fragment in fragments)
        {
            output.Content.AppendHtml(Card(fragment));
        }
    }

    static TagBuilder Card(RenderedFragment fragment)
    {
        var card = new TagBuilder("section");
        card.AddCssClass("card plugin-card");
        card.Attributes["data-plugin"] = fragment.PluginId;
        card.Attributes["aria-label"] = fragment.Title;
        var header = Element("div", "card-header");
        var title = Element("h2", "card-title");
        title.InnerHtml.Append(fragment.Title);
        header.InnerHtml.AppendHtml(title);
        var body = Element("div", fragment.Table is null ? "card-body" : "table-responsive");
        if (fragment.Html is { } html)
        {
            // The template is code of a signed package; what it was given was encoded when it was rendered.
            body.InnerHtml.AppendHtml(html);
        }
        else if (fragment.Table is { } table)
        {
            body.InnerHtml.AppendHtml(Table(table));
        }
        else
        {
            body.InnerHtml.Append(fragment.Error!);
        }
        card.InnerHtml.AppendHtml(header).AppendHtml(body);
        return card;
    }

    static TagBuilder Table(FragmentTable table)
    {
        var element = Element("table", "table");
        element.InnerHtml.AppendHtml(Row("th", table.Columns));
        foreach (var row in table.Rows)
        {
            element.InnerHtml.AppendHtml(Row("td", row));
        }
        return element;
    }

    static TagBuilder Row(string cellName, IReadOnlyList<string> cells)
    {
        var row = new TagBuilder("tr");
        foreach (var text in cells)
        {
            var cell = new TagBuilder(cellName);
            cell.InnerHtml.Append(text);
            row.InnerHtml.AppendHtml(cell);
        }
        return row;
    }

    static TagBuilder Element(string name, string cssClass)
    {
        var element = new TagBuilder(name);
        element.AddCssClass(cssClass);
        return element;
    }
}
