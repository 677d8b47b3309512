using System.Text.Encodings.Web;
using Breeze.Core.Tenancy;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary><c>&lt;nav-item path="/devices" icon="devices" permission="devices:read"&gt;Devices&lt;/nav-item&gt;</c>: shown to who may go there.</summary>
[HtmlTargetElement("nav-item")]
public sealed class NavItemTagHelper(AccessScope scope, TenantView tenant, AssetStore assets) : TagHelper
{
    public required string Path { get; set; }

    public required string Icon { get; set; }

    public required string Permission { get; set; }

    /// <summary>Another path whose pages belong to the same entry.</summary>
    public string? Also { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        if (!scope.Can(Permission))
        {
            output.SuppressOutput();
            return;
        }
        var label = (await output.GetChildContentAsync()).GetContent();
        var here = ViewContext.HttpContext.Request.Path;
        var isCurrent = Path == "/" ? here == "/" : here.StartsWithSegments(Path) || (Also is { } also && here.StartsWithSegments(also));
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Content.SetHtmlContent(
            $"<a class=\"nav-entry\" data-path=\"{Path}\" title=\"{label}\" href=\"{HtmlEncoder.Default.Encode(tenant.Link(Path))}\"{(isCurrent ? " aria-current=\"page\"" : "")}>"
            + $"<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{assets.Url("icons.svg")}#{Icon}\"></use></svg><span class=\"nav-label\">{label}</span></a>");
    }
}
