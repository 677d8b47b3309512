using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Breeze.Web.Frame;

/// <summary>
/// Every link and form of a page stays in the view of its address. <c>all-tenants</c> on an element says that it leads out of it.
/// </summary>
[HtmlTargetElement("a", Attributes = "href")]
[HtmlTargetElement("form", Attributes = "action")]
[HtmlTargetElement("form", Attributes = "hx-post")]
[HtmlTargetElement("form", Attributes = "hx-get")]
[HtmlTargetElement("button", Attributes = "hx-get")]
[HtmlTargetElement("button", Attributes = "hx-post")]
[HtmlTargetElement("div", Attributes = "hx-get")]
[HtmlTargetElement("div", Attributes = "data-refresh")]
[HtmlTargetElement("data-table", Attributes = "data-live-rows")]
public sealed class TenantLinkTagHelper(TenantView tenant) : TagHelper
{
    static readonly string[] Links = ["href", "action", "hx-get", "hx-post", "data-refresh", "data-live-rows"];
    static readonly string[] Outside = ["/sign-", "/openapi", "/assets", "/account", "/setup"];

    // After the others, which may write the link.
    public override int Order => 1000;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var leadsOut = output.Attributes.RemoveAll("all-tenants");
        if (leadsOut || !tenant.IsNarrowed)
        {
            return;
        }
        foreach (var name in Links)
        {
            if (output.Attributes.TryGetAttribute(name, out var attribute) && Text(attribute.Value) is { Length: > 0 } link && link[0] == '/'
                && !Array.Exists(Outside, o => link.StartsWith(o, StringComparison.Ordinal)))
            {
                output.Attributes.SetAttribute(new TagHelperAttribute(name, new HtmlString(tenant.Link(link)), attribute.ValueStyle));
            }
        }
    }

    /// <summary>The value as it stands in the page, encoded.</summary>
    static string Text(object value)
    {
        if (value is not IHtmlContent content)
        {
            return HtmlEncoder.Default.Encode(value?.ToString() ?? "");
        }
        using var writer = new StringWriter();
        content.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }
}
