using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;status-dot value="online" /&gt;</c>: a dot and a word, never the colour alone.</summary>
[HtmlTargetElement("status-dot", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class StatusDotTagHelper : TagHelper
{
    /// <summary>A state by its name in the data: <c>online</c>, <c>failed</c>, <c>leaked</c>, …</summary>
    public required string Value { get; set; }

    /// <summary>Shown in place of the usual word.</summary>
    public string? Word { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (tone, word) = StatusWords.Of(Value);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"state tone-{tone}");
        output.Content.SetContent(string.IsNullOrEmpty(Word) ? word : Word);
    }
}
