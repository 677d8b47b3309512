using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;data-table caption="Devices"&gt;&lt;thead&gt;…&lt;/data-table&gt;</c>: the one table of the site; other attributes go to the table.</summary>
[HtmlTargetElement("data-table")]
public sealed class DataTableTagHelper : TagHelper
{
    /// <summary>What the table lists, for screen readers.</summary>
    public required string Caption { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "table";
        output.Attributes.SetAttribute("class", "grid-table");
        output.PreElement.SetHtmlContent(
            $"<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{HtmlEncoder.Default.Encode(Caption)}\">");
        output.PreContent.SetHtmlContent($"<caption class=\"visually-hidden\">{HtmlEncoder.Default.Encode(Caption)}</caption>");
        output.PostElement.SetHtmlContent("</div>");
    }
}
