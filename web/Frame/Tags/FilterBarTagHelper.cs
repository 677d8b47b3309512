using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;filter-bar target="#list"&gt;</c>: a form whose fields are the view's filter; each change is in the URL and swaps the target.</summary>
[HtmlTargetElement("filter-bar")]
public sealed class FilterBarTagHelper(TenantView tenant) : TagHelper
{
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <summary>What the answer replaces.</summary>
    public required string Target { get; set; }

    public string Label { get; set; } = "Filter";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "form";
        output.Attributes.SetAttribute("class", "filter-bar");
        output.Attributes.SetAttribute("method", "get");
        output.Attributes.SetAttribute("role", "search");
        output.Attributes.SetAttribute("aria-label", Label);
        // The path alone: an empty address means that of the page with its query, to which the fields would be added once more.
        output.Attributes.SetAttribute("hx-get", View.HttpContext.Request.PathBase + View.HttpContext.Request.Path);
        output.Attributes.SetAttribute("hx-target", Target);
        output.Attributes.SetAttribute("hx-swap", "innerHTML");
        output.Attributes.SetAttribute("hx-push-url", "true");
        output.Attributes.SetAttribute("hx-trigger", "input delay:250ms from:find input[type=search], change, submit");
        output.Attributes.SetAttribute("hx-sync", "this:replace");
        if (tenant.Field is { } field)
        {
            output.PreContent.SetHtmlContent($"<input type=\"hidden\" name=\"{field.Name}\" value=\"{field.Value}\">");
        }
        output.PostContent.SetHtmlContent("<span class=\"busy\" role=\"status\"><span class=\"spinner\"></span><span class=\"visually-hidden\">Loading</span></span>");
    }
}
