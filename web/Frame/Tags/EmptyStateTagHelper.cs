using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;empty-state icon="devices" heading="…"&gt;text, one button, one example&lt;/empty-state&gt;</c>.</summary>
[HtmlTargetElement("empty-state")]
public sealed class EmptyStateTagHelper(AssetStore assets) : TagHelper
{
    public required string Icon { get; set; }

    public required string Heading { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (!assets.HasIcon(Icon))
        {
            throw new InvalidOperationException($"The icon '{Icon}' is not in the sprite.");
        }
        output.TagName = "div";
        output.Attributes.SetAttribute("class", "empty");
        output.PreContent.SetHtmlContent(
            $"<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{assets.Url("icons.svg")}#{Icon}\"></use></svg><h2>{HtmlEncoder.Default.Encode(Heading)}</h2>");
    }
}
