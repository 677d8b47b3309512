using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;relative-time at="…" /&gt;</c>: "3 min ago", with the exact time and its zone on hover.</summary>
[HtmlTargetElement("relative-time", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class RelativeTimeTagHelper(TimeProvider time) : TagHelper
{
    public DateTimeOffset? At { get; set; }

    /// <summary>Shown when there is no time.</summary>
    public string None { get; set; } = "never";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (At is not { } at)
        {
            output.TagName = "span";
            output.Attributes.SetAttribute("class", "muted");
            output.Content.SetContent(None);
            return;
        }
        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC");
        output.Attributes.SetAttribute("data-relative", "");
        output.Attributes.SetAttribute("class", "nowrap");
        output.Content.SetContent(RelativeTime.Text(time.GetUtcNow() - at));
    }
}
