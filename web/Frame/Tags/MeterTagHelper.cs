using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;meter-bar ratio="0.4" /&gt;</c>: a share as a small bar and a number.</summary>
[HtmlTargetElement("meter-bar", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class MeterTagHelper : TagHelper
{
    public double? Ratio { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (Ratio is not { } ratio || double.IsNaN(ratio))
        {
            output.Attributes.SetAttribute("class", "muted");
            output.Content.SetContent("–");
            return;
        }
        var share = Math.Clamp(ratio, 0, 1);
        output.Attributes.SetAttribute("class", share >= 0.95 ? "meter full" : share >= 0.8 ? "meter high" : "meter");
        var width = (share * 48).ToString("0.#", CultureInfo.InvariantCulture);
        output.Content.SetHtmlContent(
            $"<svg viewBox=\"0 0 48 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{width}\" height=\"6\"></rect></svg><span>{Units.Percent(share)}</span>");
    }
}
