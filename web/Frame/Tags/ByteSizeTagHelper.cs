using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;byte-size value="…" /&gt;</c>: a size with its unit, the exact number on hover.</summary>
[HtmlTargetElement("byte-size", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ByteSizeTagHelper : TagHelper
{
    public long? Value { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Value is null ? "muted" : "nowrap");
        if (Value is { } value)
        {
            output.Attributes.SetAttribute("title", $"{Units.Count(value)} bytes");
            output.Content.SetContent(Units.Bytes(value));
        }
        else
        {
            output.Content.SetContent("unknown");
        }
    }
}
