using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;th sort="name" current="@Model.Sort"&gt;Name&lt;/th&gt;</c>: a heading that sorts, its state in the URL; a minus means descending.</summary>
[HtmlTargetElement("th", Attributes = "sort")]
public sealed class SortHeaderTagHelper(AssetStore assets) : TagHelper
{
    public required string Sort { get; set; }

    /// <summary>The order in force.</summary>
    public string Current { get; set; } = "";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var ascending = Current == Sort;
        var descending = Current == "-" + Sort;
        output.Attributes.SetAttribute("scope", "col");
        output.Attributes.SetAttribute("aria-sort", ascending ? "ascending" : descending ? "descending" : "none");
        var url = QueryLink.With(ViewContext.HttpContext.Request, ("sort", ascending ? "-" + Sort : Sort), ("cursor", null), ("handler", null));
        var label = (await output.GetChildContentAsync()).GetContent();
        var arrow = ascending ? Icon("arrow-up") : descending ? Icon("arrow-down") : "";
        output.Content.SetHtmlContent(
            $"<a class=\"sort\"{(ascending || descending ? " data-active" : "")} href=\"{HtmlEncoder.Default.Encode(url)}\">{label}{arrow}</a>");
    }

    string Icon(string name) => $"<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{assets.Url("icons.svg")}#{name}\"></use></svg>";
}
