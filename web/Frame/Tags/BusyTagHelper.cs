using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;busy label="Saving" /&gt;</c>: shown while the request around it runs.</summary>
[HtmlTargetElement("busy", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class BusyTagHelper : TagHelper
{
    public string Label { get; set; } = "Working";

    /// <summary>Shown from the start, until the element is replaced.</summary>
    public bool Shown { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Shown ? "busy shown" : "busy");
        output.Attributes.SetAttribute("role", "status");
        output.Content.SetHtmlContent($"<span class=\"spinner\"></span>{HtmlEncoder.Default.Encode(Label)}…");
    }
}
