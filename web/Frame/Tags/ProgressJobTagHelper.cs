using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;progress-job done="3" total="12" label="Updating" /&gt;</c>: how far a longer work is.</summary>
[HtmlTargetElement("progress-job", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ProgressJobTagHelper : TagHelper
{
    public long Done { get; set; }

    public long Total { get; set; }

    public required string Label { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "job");
        var label = HtmlEncoder.Default.Encode(Label);
        output.Content.SetHtmlContent(
            $"<div class=\"row-flex\"><span class=\"grow\">{label}</span><span class=\"num muted\">{Units.Count(Done)} of {Units.Count(Total)}</span></div>"
            + $"<progress aria-label=\"{label}\" max=\"{Math.Max(1, Total)}\" value=\"{Done}\"></progress>");
    }
}
